"""The login said yes and the page stayed where it was, or went on so early that it asked for the login again."""

import pytest

from plumbline import NOT_LOGGED_IN, OK, regression

OF_A_MAIL = "?utm_source=plumbline&utm_medium=email"
"""What links in mails end with, and no page minds."""


@regression("SES-16")
def test_the_login_form_leads_in_and_a_reload_is_still_logged_in(login_form, account, target):
    form = login_form()

    form.log_in(account)
    form.expect_to_be_at("/")
    form.reload()
    form.expect_to_be_at("/")

    assert (form.me().meaning, form.me().user) == (OK, target.name_of(account))
    assert form.addresses_with_the_password() == []


@regression("SES-16")
def test_a_deep_link_comes_back_to_the_page_that_was_asked_for(login_form, deep_link, account):
    form = login_form(deep_link, OF_A_MAIL)

    form.log_in(account)

    form.expect_to_be_at(deep_link)
    form.expect_to_have_kept(OF_A_MAIL)


@regression("SES-16")
def test_a_deep_link_is_not_lost_over_a_wrong_password(login_form, deep_link, stranger, account):
    form = login_form(deep_link)

    form.log_in(stranger)
    form.expect_to_be_told()
    form.log_in(account)

    form.expect_to_be_at(deep_link)


@regression("SES-16")
def test_a_wrong_password_shows_a_message_and_stays_until_the_right_one_leads_in(login_form, stranger, account):
    form = login_form()

    form.log_in(stranger)
    form.expect_to_be_told()
    assert form.me().meaning == NOT_LOGGED_IN
    assert form.addresses_with_the_password() == []

    form.log_in(account)
    form.expect_to_be_at("/")


@regression("SES-16", "late")
def test_the_page_waits_for_a_login_that_takes_its_time(login_form, account):
    form = login_form()

    form.log_in(account, late=2)

    form.expect_to_be_at("/")


@pytest.mark.parametrize(
    "address", ["https://elsewhere.invalid", "//elsewhere.invalid", "/\\elsewhere.invalid", "/.//elsewhere.invalid"]
)
@regression("SES-16", "elsewhere")
def test_whatever_the_link_to_the_form_says_a_login_leads_to_no_other_site(login_form, deep_link, account, address):
    form = login_form(deep_link)

    assert form.log_in_to_go_to(address, account) == []

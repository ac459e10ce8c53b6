"""The login said yes, and the browser dropped its cookie without a word: its Domain was another site's."""

from plumbline import OK, regression


@regression("SES-19")
def test_with_pages_and_api_on_two_hosts_whoever_logs_in_stays_logged_in(own_platform, on_two_hosts, account):
    own_platform.starts(mode="production behind_proxy two_hosts", tls=True)
    browser = on_two_hosts(own_platform)

    browser.form.log_in(account)
    dropped = browser.dropped_cookies()
    assert dropped == [], f"the browser has kept no session cookie: {', '.join(dropped)}"
    browser.form.expect_to_be_at("/")
    assert browser.asks_api("/api/auth/me") == OK, "after the login"

    browser.form.reload()
    browser.form.expect_to_be_at("/")
    assert browser.asks_api("/api/auth/me") == OK, "after a reload"
    assert browser.kept_from_the_page() == [], "no script of the page may read these, be they answered or not"

"""For all tests of the machinery: what they start can be interrupted, wherever they themselves were started."""

import signal

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in a background job of a shell; children inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)

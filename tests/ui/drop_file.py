"""Drops files on a window as a file manager does, by the XDND protocol, version 5.

Usage: drop_file.py WINDOW FILE...   (the window's number; the display is $DISPLAY)

Plain Xlib through ctypes, since no tool of the distribution drops files.
"""
import ctypes
import pathlib
import select
import struct
import sys
import time

CLIENT_MESSAGE, SELECTION_REQUEST, SELECTION_NOTIFY = 33, 30, 31
LIMIT = 60  # seconds

X = ctypes.CDLL("libX11.so.6")
X.XOpenDisplay.restype = ctypes.c_void_p
for name in ("XInternAtom", "XDefaultRootWindow", "XCreateSimpleWindow"):
    getattr(X, name).restype = ctypes.c_ulong
DISPLAY = ctypes.c_void_p(X.XOpenDisplay(None))
if not DISPLAY:
    sys.exit("there is no display")


def atom(name):
    return X.XInternAtom(DISPLAY, name.encode(), 0)


def handle(number):
    return ctypes.c_ulong(number)


def send(target, event):
    X.XSendEvent(DISPLAY, handle(target), 0, ctypes.c_long(0), ctypes.create_string_buffer(event, 192))
    X.XFlush(DISPLAY)


def message(target, kind, *data):
    """XClientMessageEvent."""
    data = (*data, 0, 0, 0, 0, 0)[:5]
    send(target, struct.pack("=i4xQi4xQQQi4x5q", CLIENT_MESSAGE, 0, 1, DISPLAY.value, target, atom(kind),
                             32, *data))


def next_event():
    end = time.monotonic() + LIMIT
    while not X.XPending(DISPLAY):
        if time.monotonic() > end:
            sys.exit("the window does not answer")
        select.select([X.XConnectionNumber(DISPLAY)], [], [], 1)
    event = ctypes.create_string_buffer(192)
    X.XNextEvent(DISPLAY, event)
    return event.raw


def wait_for(kind, uris):
    """Until that message comes; meanwhile the dropped names are handed out."""
    while True:
        event = next_event()
        what = struct.unpack_from("=i", event)[0]
        if what == SELECTION_REQUEST:
            requestor, selection, target, place, when = struct.unpack_from("=5Q", event, 40)
            X.XChangeProperty(DISPLAY, handle(requestor), ctypes.c_ulong(place), ctypes.c_ulong(target),
                              8, 0, uris, len(uris))
            send(requestor, struct.pack("=i4xQi4xQQQQQQ", SELECTION_NOTIFY, 0, 1, DISPLAY.value,
                                        requestor, selection, target, place, when))
        elif what == CLIENT_MESSAGE and struct.unpack_from("=Q", event, 40)[0] == atom(kind):
            return struct.unpack_from("=5q", event, 56)


def main():
    target = int(sys.argv[1])
    uris = "".join(pathlib.Path(name).absolute().as_uri() + "\r\n" for name in sys.argv[2:]).encode()
    source = X.XCreateSimpleWindow(DISPLAY, handle(X.XDefaultRootWindow(DISPLAY)), 0, 0, 1, 1, 0,
                                   ctypes.c_ulong(0), ctypes.c_ulong(0))
    X.XSetSelectionOwner(DISPLAY, ctypes.c_ulong(atom("XdndSelection")), handle(source),
                         ctypes.c_ulong(0))
    message(target, "XdndEnter", source, 5 << 24, atom("text/uri-list"))
    message(target, "XdndPosition", source, 0, 300 << 16 | 300, 0, atom("XdndActionCopy"))
    if not wait_for("XdndStatus", uris)[1] & 1:
        sys.exit("the window does not take files")
    message(target, "XdndDrop", source, 0, 0)
    # A flag by the protocol; GLFW sends the number of bytes it got.
    if not wait_for("XdndFinished", uris)[1]:
        sys.exit("the window did not take the files")


main()

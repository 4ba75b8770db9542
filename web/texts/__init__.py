"""Every sentence the interface says, a module for each view, so that it can be translated.

Who shows one writes ``texts.NAME``, wherever it stands; a name stands in one module only. Values are plain text, never
markup; what a function puts in (numbers, names) is escaped by whoever renders it.
"""

from web.texts.answers import *  # noqa: F403
from web.texts.archive import *  # noqa: F403
from web.texts.asking import *  # noqa: F403
from web.texts.conversations import *  # noqa: F403
from web.texts.correcting import *  # noqa: F403
from web.texts.evaluate import *  # noqa: F403
from web.texts.front_page import *  # noqa: F403
from web.texts.long_work import *  # noqa: F403
from web.texts.numbers import *  # noqa: F403
from web.texts.pages import *  # noqa: F403
from web.texts.putting_in import *  # noqa: F403
from web.texts.search import *  # noqa: F403
from web.texts.signing_in import *  # noqa: F403
from web.texts.sources import *  # noqa: F403
from web.texts.taking_down import *  # noqa: F403
from web.texts.timeline import *  # noqa: F403
from web.texts.understood import *  # noqa: F403

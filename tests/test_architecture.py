"""What the linters cannot say of the tree: names, signals, doors, and the way past the policy."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView

from partners.policy import Action
from partners.web import Api, Declared, Page
from tests.test_visibility import RESTRICTED

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = (
    "cse_profile",
    "problem_profile",
    "victims",
    "offenders",
    "intelligence",
    "partners",
    "linking",
    "synthetic",
)
#: Names that say nothing of what is inside.
VAGUE = {"utils", "util", "helpers", "managers", "services", "core", "common", "misc", "lib"}
#: The one that says something: the embedded PostgreSQL and broker.
MEANT = {"cse_profile/services.py"}
#: Longer than this, a module does more than one thing.
LONGEST = 400

#: Doors that are neither Page nor Api, each open to whoever comes, and why.
PUBLIC = {
    "livez": "a supervisor asks",
    "readyz": "a load balancer asks",
    "sign-in": "nobody is signed in yet",
    "sign-out": "ends a session, and tells nothing",
    "away": "a page that says nothing",
    "language": "a choice, kept in a cookie",
    "danger": "words that must be found in danger",
    "tell": "whoever has no account may write there, and reads nothing",
    "privacy": "words",
    "accessibility": "words",
    "api-schema": "the format, and nothing that was sent",
}


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the product, as its path and its tree."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def doors(resolver: Any = None, prefix: str = "") -> Iterator[tuple[str, str, Any]]:
    """Every address: its route, its name, and the view."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from doors(entry, route)
        elif isinstance(entry, URLPattern):
            yield route, str(entry.name), entry.callback


def view_class(callback: Any) -> Any:
    """The class behind a view, or the function itself."""
    return getattr(callback, "cls", None) or getattr(callback, "view_class", callback)


def test_no_module_has_a_name_that_says_nothing():
    named = [
        path
        for path, _ in sources()
        if VAGUE & {part.removesuffix(".py") for part in Path(path).parts}
    ]
    assert set(named) == MEANT


def test_no_module_outgrows_one_job():
    long = [
        path
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "migrations" not in path.parts and len(path.read_text().splitlines()) > LONGEST
    ]
    assert [path.name for path in long] == []


def imported(tree: ast.Module) -> set[str]:
    """The dotted names that a module imports, with what it takes from them."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def test_nothing_happens_by_signal():
    heard = [
        (path, name)
        for path, tree in sources()
        for name in imported(tree)
        if "signals" in name.split(".") and "celery" not in name
    ]
    heard += [(path, "receiver") for path, tree in sources() if "django.dispatch" in imported(tree)]
    assert heard == []


def test_only_the_context_is_set_and_only_for_one_transaction():
    """A setting that outlives its transaction would be the next visitor's."""
    setters = {
        path: text.count("set_config(") - text.count(", true)")
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "set_config(" in (text := path.read_text())
    }
    assert {path.relative_to(ROOT).as_posix() for path in setters} == {"partners/context.py"}
    assert set(setters.values()) == {0}


def test_no_answer_is_streamed_and_no_template_is_told_that_text_is_safe():
    words = {"StreamingHttpResponse", "mark_safe", "RawSQL", "csrf_exempt", "AllowAny", "pickle"}
    used = [
        (path, node.id if isinstance(node, ast.Name) else node.attr)
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Name | ast.Attribute)
        and (node.id if isinstance(node, ast.Name) else node.attr) in words
    ]
    assert used == []
    marked = [
        path
        for path in (ROOT / "templates").rglob("*.html")
        if "|safe" in path.read_text() or "autoescape off" in path.read_text()
    ]
    assert marked == []


def past_the_policy() -> list[str]:
    """Functions of views that read a restricted model and ask the policy nowhere."""
    found = []
    for path, tree in sources():
        parts = Path(path).parts
        if not ({"views", "views.py", "api.py"} & set(parts)):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                text = ast.unparse(node)
                reads = [name for name in RESTRICTED if re.search(rf"\b{name}\.objects", text)]
                if reads and "visible_to(" not in text and "visible_or_404(" not in text:
                    found.append(f"{path}: {node.name} reads {reads}")
    return found


def test_no_view_reads_a_restricted_model_past_the_policy():
    assert past_the_policy() == []


def test_whoever_acts_is_named():
    """`by` may not be given by place: `grade(report, user)` reads like anything."""
    unnamed = [
        f"{path}: {node.name}"
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and "by" in {argument.arg for argument in node.args.args}
    ]
    assert unnamed == []


def undeclared_doors() -> list[str]:
    """Doors that are no Page, no Api, and not among those declared public."""
    return [
        f"{route} {name}"
        for route, name, callback in doors()
        if name not in PUBLIC
        and not (
            inspect.isclass(view_class(callback)) and issubclass(view_class(callback), Page | Api)
        )
    ]


def test_every_door_is_a_page_an_api_or_declared_public():
    assert undeclared_doors() == []
    assert set(PUBLIC) <= {name for _, name, _ in doors()}


def test_every_door_has_a_name_of_its_own():
    names = [name for _, name, _ in doors()]
    assert "None" not in names
    assert len(names) == len(set(names))


def loose_apis() -> list[str]:
    """Views of the framework that ask something else than the policy."""
    return [
        f"{route}: {view.__name__}"
        for route, name, callback in doors()
        if name not in PUBLIC
        and inspect.isclass(view := view_class(callback))
        and issubclass(view, APIView)
        and tuple(view.permission_classes) != (Declared,)
    ]


def test_a_page_without_an_action_is_refused_at_start():
    class Undeclared(Page):
        pass

    with pytest.raises(ImproperlyConfigured):
        Undeclared.as_view()


def test_an_api_operation_without_an_action_is_refused_at_start():
    class Half(Api):
        policy_actions: ClassVar = {"list": Action.SUBMIT}

    Half.as_view({"get": "list"})
    with pytest.raises(ImproperlyConfigured):
        Half.as_view({"get": "list", "post": "create"})


def test_every_api_asks_the_policy_and_nothing_else():
    assert loose_apis() == []
    assert [name for _, name, callback in doors() if hasattr(callback, "actions")]


def test_what_the_framework_leaves_open_is_shut():
    framework = settings.REST_FRAMEWORK

    assert framework["DEFAULT_PERMISSION_CLASSES"] == ["partners.tokens.DenyAll"]
    assert framework["DEFAULT_RENDERER_CLASSES"] == ["rest_framework.renderers.JSONRenderer"]
    assert framework["DEFAULT_METADATA_CLASS"] is None
    assert framework["DEFAULT_PARSER_CLASSES"] == []


def test_the_context_is_set_after_the_visitor_is_known_and_around_every_answer():
    order = settings.MIDDLEWARE
    places = [
        order.index(name)
        for name in (
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "partners.tokens.TokenMiddleware",
            "partners.web.ContextMiddleware",
            "partners.returning.SignInFirst",
        )
    ]
    assert places == sorted(places)
    assert not any(database.get("ATOMIC_REQUESTS") for database in settings.DATABASES.values())


def test_there_is_no_administration_site():
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
    assert not [route for route, *_ in doors() if "admin" in route]

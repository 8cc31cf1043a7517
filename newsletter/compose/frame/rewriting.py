"""Templates rewritten before they are compiled: every operation that could judge or cut a value asks the guard first.

In: Jinja's syntax tree. Out: the same with calls of the guard. Called by frame.environment.
"""

from __future__ import annotations

from typing import Any

from jinja2 import nodes
from jinja2.visitor import NodeTransformer


def _asked(method: str, node: Any, *more: str) -> nodes.Expr:
    function = nodes.EnvironmentAttribute(method, lineno=node.lineno)
    arguments: list[nodes.Expr] = [node, *(nodes.Const(text, lineno=node.lineno) for text in more)]
    return nodes.Call(function, arguments, [], None, None, lineno=node.lineno)


def _truth(node: Any) -> nodes.Expr:
    return _asked("guard_truth", node)


class Rewriter(NodeTransformer):
    """Puts the guard before comparisons, truth tests, loops, slices, unpacking and joining."""

    def visit_If(self, node: nodes.If, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: N802  # Jinja's visitor names
        """`{% if test %}`, and each elif."""
        self.generic_visit(node)
        node.test = _truth(node.test)
        return node

    def visit_CondExpr(self, node: nodes.CondExpr, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: N802
        """`a if test else b`."""
        self.generic_visit(node)
        node.test = _truth(node.test)
        return node

    def visit_Not(self, node: nodes.Not, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: N802
        """`not a`."""
        self.generic_visit(node)
        node.node = _truth(node.node)
        return node

    def visit_And(self, node: nodes.And, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: N802
        """`a and b`."""
        self.generic_visit(node)
        node.left, node.right = _truth(node.left), _truth(node.right)
        return node

    visit_Or = visit_And  # noqa: N815  # the same two operands

    def visit_Compare(self, node: nodes.Compare, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: N802
        """`a == b`, `a < b < c`, `a in b`."""
        self.generic_visit(node)
        node.expr = _asked("guard_whole", node.expr, "compared")
        for operand in node.ops:
            operand.expr = _asked("guard_whole", operand.expr, "compared")
        return node

    def visit_For(self, node: nodes.For, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: N802
        """`{% for x in iter if test %}`."""
        self.generic_visit(node)
        unpacked = isinstance(node.target, nodes.Tuple)
        node.iter = _asked("guard_rows" if unpacked else "guard_parts", node.iter, "gone through")
        node.test = _truth(node.test) if node.test is not None else None
        return node

    def visit_Concat(self, node: nodes.Concat, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: N802
        """`a ~ b`."""
        self.generic_visit(node)
        node.nodes = [_asked("guard_writable", part) for part in node.nodes]
        return node

    def visit_Assign(self, node: nodes.Assign, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: N802
        """`{% set a, b = value %}`."""
        self.generic_visit(node)
        if isinstance(node.target, nodes.Tuple):
            node.node = _asked("guard_parts", node.node, "taken apart")
        return node

    def visit_Getitem(self, node: nodes.Getitem, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: N802
        """`a[1:3]`; single items go through Environment.getitem."""
        self.generic_visit(node)
        if isinstance(node.arg, nodes.Slice):
            node.node = _asked("guard_parts", node.node, "cut")
        return node

    def visit_Call(self, node: nodes.Call, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: N802
        """`f(*values)`."""
        self.generic_visit(node)
        if node.dyn_args is not None:
            node.dyn_args = _asked("guard_parts", node.dyn_args, "taken apart")
        return node

"""What each function of the example shop does before and after its repair: a table, the same call for both twins.

`Raises` names the exception and says whether it surfaces inside the function or only where the caller reads the result.
Any other expectation is the value that the call gives.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from sqlalchemy import event, update
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from sqlalchemy.engine import Engine


@dataclass(frozen=True)
class Twin:
    """The modules of one twin by their last name, its tables full and fresh."""

    modules: dict[str, ModuleType]

    def __getattr__(self, name: str) -> Any:
        return self.modules[name]

    @property
    def engine(self) -> Engine:
        return self.modules["db"].engine

    def drop(self, table: str) -> None:
        """Break the database in a way that no function may hide."""
        self.models.Base.metadata.tables[table].drop(self.engine)

    def statements(self, call: Callable[[], object]) -> int:
        """How many SQL statements a call sends."""
        seen: list[object] = []

        def record(*arguments: object) -> None:
            seen.append(arguments[2])

        event.listen(self.engine, "before_cursor_execute", record)
        call()
        event.remove(self.engine, "before_cursor_execute", record)
        return len(seen)

    def statements_of_find(self, repository: str, model: str) -> int:
        """How many statements a look-up sends for an object that the session already holds."""
        with Session(self.engine) as session:
            held = session.get(getattr(self.models, model), 1)
            assert held is not None
            return self.statements(lambda: getattr(self.repository, repository)(session).find(1))

    def warnings_of_find(self) -> list[str]:
        with Session(self.engine) as session, warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            assert self.repository.CustomerRepository(session).find(1) is not None
        return [warning.category.__name__ for warning in caught]

    def cancel(self) -> list[object]:
        """What the function says, and what the database says then."""
        said = self.orders.cancel_order(1)
        with Session(self.engine) as session:
            return [said, session.get_one(self.models.Order, 1).status]

    def enter(self) -> str:
        visitors = self.accounts.Visitors()
        visitors.enter(1)
        return str(field(visitors.present[1], "name"))

    def sell_everything(self) -> None:
        with Session(self.engine) as session:
            session.execute(update(self.models.Product).values(stock=0))
            session.commit()

    def run_script(self) -> str:
        with TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()) as printed:
            prices = Path(folder) / "prices.csv"
            prices.write_text("L-1;2600\n\n")
            self.import_prices.main([str(prices)])
            return printed.getvalue().strip().rpartition(": ")[2]


def field(result: Any, name: str) -> Any:
    """Read one field of what a function returned, be it an object or a dictionary."""
    return result[name] if isinstance(result, dict) else getattr(result, name)


@dataclass(frozen=True)
class Raises:
    exception: str
    inside: bool = True


@dataclass(frozen=True)
class Case:
    function: str  # module.function or module.Class.method
    code: str  # "" where nothing is wrong
    run: Callable[[Twin], object]
    broken: object
    repaired: object

    @property
    def name(self) -> str:
        return self.function.rpartition(".")[2]


DETACHED = Raises("DetachedInstanceError")
DETACHED_LATER = Raises("DetachedInstanceError", inside=False)
INVALID = Raises("InvalidRequestError")
NO_GREENLET = Raises("MissingGreenlet")
ATTRIBUTE = Raises("AttributeError")
WRONG_TYPE = Raises("TypeError")
DATABASE = Raises("OperationalError")
INJECTION = "zzz%' OR '1' LIKE '1"


def with_table_dropped(table: str, call: Callable[[Twin], object]) -> Callable[[Twin], object]:
    def run(shop: Twin) -> object:
        shop.drop(table)
        return call(shop)

    return run


def sold_out(shop: Twin) -> bool:
    shop.sell_everything()
    return bool(shop.reports.is_sold_out())


CASES = (
    Case(
        "catalogue.rename_product", "SCOPE001", lambda s: s.catalogue.rename_product(1, "Torch"), DETACHED, "L-1: Torch"
    ),
    Case("catalogue.category_name", "SCOPE002", lambda s: s.catalogue.category_name("L-1"), DETACHED, "Light"),
    Case("catalogue.price_list", "SCOPE004", lambda s: s.catalogue.price_list()[0], INVALID, "Hammer 18.00"),
    Case("catalogue.stars", "SCOPE013", lambda s: s.catalogue.stars(1), INVALID, [5, 3]),
    Case("catalogue.shelf_labels", "LOAD001", lambda s: s.statements(s.catalogue.shelf_labels), 4, 2),
    Case(
        "accounts.find_customer",
        "DETACH001",
        lambda s: len(field(s.accounts.find_customer("ann@example.org"), "orders")),
        DETACHED_LATER,
        1,
    ),
    Case(
        "accounts.register",
        "DETACH002",
        lambda s: field(s.accounts.register("bo@example.org", "Bo"), "name"),
        DETACHED_LATER,
        "Bo",
    ),
    Case(
        "accounts.change_email",
        "DETACH003",
        lambda s: len(field(s.accounts.change_email(1, "a@example.org"), "orders")),
        DETACHED_LATER,
        1,
    ),
    Case("accounts.subscribe", "SCOPE001", lambda s: s.accounts.subscribe(1), DETACHED, "ann@example.org"),
    Case("accounts.Visitors.enter", "DETACH004", lambda s: s.enter(), DETACHED_LATER, "Ann"),
    Case("orders.cancel_order", "COMMIT001", lambda s: s.cancel(), [True, "open"], [True, "cancelled"]),
    Case(
        "orders.add_lines",
        "COMMIT003",
        lambda s: s.orders.add_lines(1, {1: 1, 3: 1}),
        Raises("PendingRollbackError"),
        [1],
    ),
    Case(
        "orders.order_total",
        "EXC001",
        with_table_dropped("order_lines", lambda s: s.orders.order_total(1)),
        0,
        DATABASE,
    ),
    Case(
        "orders.record_visit",
        "EXC002",
        with_table_dropped("customers", lambda s: s.orders.record_visit(1)),
        None,
        DATABASE,
    ),
    Case("orders.close_order", "EXC003", lambda s: s.orders.close_order(99), "closed", Raises("NoResultFound")),
    Case("reports.product_name", "ROW001", lambda s: s.reports.product_name("L-1"), ATTRIBUTE, "Lamp"),
    Case("reports.open_orders", "ROW002", lambda s: s.reports.open_orders(), ATTRIBUTE, [1]),
    Case("reports.newest_customer", "ROW003", lambda s: s.reports.newest_customer(), ATTRIBUTE, "Ann"),
    Case("reports.is_sold_out", "ROW004", sold_out, False, True),
    Case("reports.cheapest_product", "ROW005", lambda s: s.reports.cheapest_product(), WRONG_TYPE, "Hammer"),
    Case("reports.order_sizes", "ROW006", lambda s: list(s.reports.order_sizes().items()), INVALID, [[1, 2]]),
    Case("reports.stock_summary", "ROW008", lambda s: s.reports.stock_summary(), [14, []], [14, ["Atlas"]]),
    Case("reports.customer_count", "SQL002", lambda s: s.reports.customer_count(), Raises("ArgumentError"), 1),
    Case("reports.search", "SQL003", lambda s: s.reports.search(INJECTION), ["Lamp", "Atlas", "Hammer"], []),
    Case(
        "shipping.ship_order",
        "SCOPE003",
        lambda s: asyncio.run(s.shipping.ship_order(1)),
        NO_GREENLET,
        "order 1 is shipped",
    ),
    Case("shipping.recipient", "SCOPE003", lambda s: asyncio.run(s.shipping.recipient(1)), NO_GREENLET, "Ann"),
    Case("shipping.is_busy", "ROW008", lambda s: asyncio.run(s.shipping.is_busy(0)), WRONG_TYPE, True),
    Case("gift_cards.balance", "ROW007", lambda s: s.gift_cards.balance("WELCOME"), ATTRIBUTE, 1000),
    Case("gift_card_report.outstanding", "SQL001", lambda s: s.gift_card_report.outstanding(500), WRONG_TYPE, 1000),
    Case(
        "repository.ProductRepository.find",
        "GET001",
        lambda s: s.statements_of_find("ProductRepository", "Product"),
        1,
        0,
    ),
    Case("repository.OrderRepository.find", "GET002", lambda s: s.statements_of_find("OrderRepository", "Order"), 1, 0),
    Case("repository.CustomerRepository.find", "GET003", lambda s: s.warnings_of_find(), ["LegacyAPIWarning"], []),
    Case(
        "import_prices.import_prices",
        "EXC002",
        with_table_dropped("products", lambda s: s.import_prices.import_prices({"L-1": 1})),
        0,
        DATABASE,
    ),
    Case("import_prices.main", "", lambda s: s.run_script(), "1 of 1 prices imported", "1 of 1 prices imported"),
    Case("api.get_product", "", lambda s: s.api.get_product(1)["category"], "Light", "Light"),
    Case("api.put_customer_name", "", lambda s: s.api.put_customer_name(1, "Anna"), True, True),
)

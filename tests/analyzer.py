"""Google's own analyzer and evaluator of BigQuery's SQL (zetasql, as WebAssembly), with the tables of schema.sql in it."""

import ctypes
import os
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from wasmtime import Config, Engine, Linker, Module, Store, WasiConfig
from zetasql.core.exceptions import ServerError  # noqa: F401  what an analysis raises
from zetasql.core.wasm_client import WasmClient, get_tzinfo_dir
from zetasql.wasi import get_wasm_path
from zetasql.wasi._pb2.zetasql.local_service import local_service_pb2 as service
from zetasql.wasi._pb2.zetasql.proto import options_pb2, simple_catalog_pb2
from zetasql.wasi._pb2.zetasql.public import options_pb2 as public_options_pb2
from zetasql.wasi._pb2.zetasql.public import simple_table_pb2, type_pb2, value_pb2

KINDS = {
    "STRING": type_pb2.TYPE_STRING, "INT64": type_pb2.TYPE_INT64, "FLOAT64": type_pb2.TYPE_DOUBLE,
    "BOOL": type_pb2.TYPE_BOOL, "DATE": type_pb2.TYPE_DATE, "TIMESTAMP": type_pb2.TYPE_TIMESTAMP,
}  # fmt: skip
NAMES = {kind: name for name, kind in KINDS.items()}
EPOCH = date(1970, 1, 1)
Columns = list[tuple[str, str]]  # names and types


class Wasm(WasmClient):
    """The service, its machine code kept in `kept`: compiling it takes as long as all that is asked of it."""

    def __init__(self, kept: Path):
        config = Config()
        config.shared_memory = True
        config.cranelift_opt_level = "speed"
        engine = Engine(config)
        self.store = Store(engine)
        wasi = WasiConfig()
        wasi.inherit_stderr()
        wasi.preopen_dir(get_tzinfo_dir(), "/usr/share/zoneinfo")
        self.store.set_wasi(wasi)
        path = kept / f"zetasql-{version('zetasql')}-wasmtime-{version('wasmtime')}.machine-code"
        if path.exists():
            module = Module.deserialize_file(engine, str(path))
        else:
            module = Module.from_file(engine, get_wasm_path())
            aside = path.with_suffix(f".{os.getpid()}")
            aside.write_bytes(module.serialize())
            os.replace(aside, path)
        linker = Linker(engine)
        linker.define_wasi()
        self.exports = linker.instantiate(self.store, module).exports(self.store)
        self.exports["_initialize"](self.store)
        self.memory = self.exports["memory"]

    def write_bytes(self, ptr: int, data: bytes) -> None:
        ctypes.memmove(self._address(ptr), data, len(data))

    def read_bytes(self, ptr: int, size: int) -> bytes:
        return ctypes.string_at(self._address(ptr), size)

    def _address(self, ptr: int) -> int:
        return ctypes.addressof(self.memory.data_ptr().contents) + ptr


class Analyzer:
    """Analyses and evaluates statements against tables, as BigQuery would."""

    def __init__(self, kept: Path, tables: dict[str, Columns]):
        """`tables` are known by their whole names, `project.dataset.table`."""
        self._wasm, self._tables = Wasm(kept), tables
        everything = service.LanguageOptionsRequest(maximum_features=True)
        self._language = self._call("GetLanguageOptions", everything, options_pb2.LanguageOptionsProto)
        self._language.product_mode = public_options_pb2.PRODUCT_EXTERNAL
        self._language.ClearField("supported_statement_kinds")  # all of them
        request = service.RegisterCatalogRequest(simple_catalog=self._catalog(tables))
        registered = self._call("RegisterCatalog", request, service.RegisterResponse)
        self._registered = registered.registered_id

    def columns(self, text: str, parameters: dict[str, str]) -> Columns:
        """The names and types of a query's columns; ServerError tells what BigQuery would not take."""
        query = self.analyze(text, parameters).resolved_query_stmt_node
        return [(column.name, _name(column.column.type)) for column in query.output_column_list]

    def analyze(self, text: str, parameters: dict[str, str]):
        """A statement of any kind, resolved; `parameters` are names and types."""
        request = service.AnalyzeRequest(
            options=self._options(parameters), registered_catalog_id=self._registered, sql_statement=text
        )
        return self._call("Analyze", request, service.AnalyzeResponse).resolved_statement

    def rows(self, text: str, parameters: dict[str, tuple[str, object]], contents: dict[str, Iterable[tuple]]) -> list[dict]:
        """The rows of a query over what the tables hold; a parameter is a type and a value."""
        types = {name: kind for name, (kind, _) in parameters.items()}
        kept = {name: [kind for _, kind in self._tables[name]] for name in contents}
        request = service.EvaluateQueryRequest(
            sql=text,
            options=self._options(types),
            simple_catalog=self._catalog({name: self._tables[name] for name in contents}),
            table_content={
                name: service.TableContent(table_data=service.TableData(row=[
                    service.TableData.Row(cell=[_value(kind, cell) for kind, cell in zip(kept[name], row, strict=True)])
                    for row in rows
                ]))
                for name, rows in contents.items()
            },
            params=[
                service.Parameter(name=name, value=_value(kind, value))
                for name, (kind, value) in parameters.items()
            ],
        )  # fmt: skip
        told = self._call("EvaluateQuery", request, service.EvaluateQueryResponse)
        columns = [(column.name, _name(column.type)) for column in told.prepared.columns]
        return [
            {name: _python(kind, cell) for (name, kind), cell in zip(columns, row.cell, strict=True)}
            for row in told.content.table_data.row
        ]

    def _options(self, parameters: dict[str, str]) -> options_pb2.AnalyzerOptionsProto:
        typed = [
            options_pb2.AnalyzerOptionsProto.QueryParameterProto(name=name, type=_type(kind))
            for name, kind in parameters.items()
        ]
        return options_pb2.AnalyzerOptionsProto(
            language_options=self._language, query_parameters=typed, default_timezone="UTC"
        )

    def _catalog(self, tables: dict[str, Columns]) -> simple_catalog_pb2.SimpleCatalogProto:
        functions = options_pb2.ZetaSQLBuiltinFunctionOptionsProto(language_options=self._language)
        return simple_catalog_pb2.SimpleCatalogProto(
            name="ours",
            builtin_function_options=functions,
            table=[
                simple_table_pb2.SimpleTableProto(
                    name=name,
                    column=[
                        simple_table_pb2.SimpleColumnProto(name=column, type=_type(kind), is_writable_column=True)
                        for column, kind in columns
                    ],
                )
                for name, columns in tables.items()
            ],
        )

    def _call(self, name: str, request, answer):
        return self._wasm.call_grpc_func(f"ZetaSqlLocalService_{name}", request, answer)


def _type(name: str) -> type_pb2.TypeProto:
    if name.startswith("ARRAY<"):
        element = _type(name.removeprefix("ARRAY<").removesuffix(">"))
        return type_pb2.TypeProto(
            type_kind=type_pb2.TYPE_ARRAY, array_type=type_pb2.ArrayTypeProto(element_type=element)
        )
    return type_pb2.TypeProto(type_kind=KINDS[name])


def _name(kind: type_pb2.TypeProto) -> str:
    if kind.type_kind == type_pb2.TYPE_ARRAY:
        return f"ARRAY<{_name(kind.array_type.element_type)}>"
    return NAMES.get(kind.type_kind, type_pb2.TypeKind.Name(kind.type_kind))


def _value(kind: str, value: object) -> value_pb2.ValueProto:
    told = value_pb2.ValueProto()
    if value is None:
        return told
    if kind.startswith("ARRAY<"):
        element = kind.removeprefix("ARRAY<").removesuffix(">")
        told.array_value.element.extend(_value(element, one) for one in value)
        told.array_value.SetInParent()
    elif kind == "DATE":
        told.date_value = (value - EPOCH).days
    elif kind == "TIMESTAMP":
        told.timestamp_value.FromDatetime(value)
    else:
        name = {"STRING": "string_value", "INT64": "int64_value", "FLOAT64": "double_value", "BOOL": "bool_value"}[kind]
        setattr(told, name, value)
    return told


def _python(kind: str, told: value_pb2.ValueProto) -> object:
    which = told.WhichOneof("value")
    if which is None:
        return None
    if kind.startswith("ARRAY<"):
        element = kind.removeprefix("ARRAY<").removesuffix(">")
        return [_python(element, one) for one in told.array_value.element]
    if kind == "DATE":
        return EPOCH + timedelta(told.date_value)
    if kind == "TIMESTAMP":
        return told.timestamp_value.ToDatetime(UTC).replace(tzinfo=None)
    return getattr(told, which)


def parameter_type(value: object) -> str:
    """The type of a parameter, as the BigQuery warehouse sends it."""
    if isinstance(value, list):
        return f"ARRAY<{parameter_type(value[0])}>"
    kinds = {bool: "BOOL", int: "INT64", float: "FLOAT64", str: "STRING", date: "DATE", datetime: "TIMESTAMP"}
    return kinds[type(value)]

# 回应（Huiying）: setup, demo, run, test, check, fmt. Nothing but Python 3.11, make and git is needed beforehand.
SHELL := /bin/bash
PYTHON ?= python3.11
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup demo run test check fmt

help:
	@echo "make setup  安装到 .venv（程序是 .venv/bin/huiying）"
	@echo "make demo   安装并启动演示：虚构的样例城市，不用互联网"
	@echo "make run    安装并启动系统，用于实际工作"
	@echo "make test   运行全部检查和测试"
	@echo "make check  只检查写法、类型和引用方向"
	@echo "make fmt    统一代码格式"

setup: .venv/.installed

.venv/.installed: requirements.lock pyproject.toml scripts/uv.txt scripts/setup
	@PYTHON="$(PYTHON)" scripts/setup
	@touch $@

demo: setup
	@$(BIN)/huiying demo

run: setup
	@$(BIN)/huiying up

test: setup
	@scripts/test

check: setup
	@scripts/check

fmt: setup
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix --quiet .

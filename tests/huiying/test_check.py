import pytest

from huiying.cli import main

UNIT = 'id = "{name}"\nname = "示例局"\n'


def write(folder, kind, name, text):
    (folder / kind).mkdir(parents=True, exist_ok=True)
    path = folder / kind / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file_passes(tmp_path, capsys):
    assert main(["check", str(write(tmp_path, "units", "a", UNIT.format(name="a")))]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (UNIT.format(name="a") + 'wrods = ["水"]\n', "units/a.toml 的 wrods：没有这一项。是否想写 words。"),
        ('id = "a"\n', "units/a.toml 的 name：缺少此项"),
        ('id = "b"\nname = "示例局"\n', "units/a.toml 的 id：应与文件名一致"),
        ('id = "a"\nname = 3\n', "units/a.toml 的 name：应为文字，现为 3"),
        ('id = "a\nname = "x"', "units/a.toml：不是合格的 TOML"),
        (UNIT.format(name="a") + 'words = "水"\n', "units/a.toml 的 words：应为列表"),
    ],
)
def test_an_error_names_file_key_expectation_and_remedy(tmp_path, capsys, text, sentence):
    assert main(["check", str(write(tmp_path, "units", "a", text))]) == 1
    assert sentence in capsys.readouterr().out


def test_a_file_in_the_wrong_folder_is_wrong_use(tmp_path, capsys):
    assert main(["check", str(write(tmp_path, "things", "a", ""))]) == 2
    assert "--kind" in capsys.readouterr().err


def test_an_account_of_one_person_is_refused(tmp_path, capsys):
    text = (
        'name = "a"\npublisher = "示例"\nkind = "feed"\nchannel = "social"\nurl = "https://s.example.test/@someone.rss"\n'
        'purpose = "示例"\nowner = "值班室"\n'
    )
    assert main(["check", str(write(tmp_path, "sources", "a", text))]) == 1
    assert "不监看单个账号" in capsys.readouterr().out


SOURCE = """name = "a"
publisher = "示例"
kind = "listing"
channel = "news"
url = "https://s.example.test/"
purpose = "示例"
owner = "值班室"
[listing]
"""


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ('lnk = "a"', "sources/a.toml：[listing] 里的 lnk 不认识；是否想写 link。"),
        ('link = "a[["', "link 应为 CSS 选择器"),
        ("max_pages = 9999", "max_pages 应为 1 至 50 的整数"),
    ],
)
def test_the_table_of_a_source_is_checked_too(tmp_path, capsys, table, sentence):
    assert main(["check", str(write(tmp_path, "sources", "a", SOURCE + table))]) == 1
    assert sentence in capsys.readouterr().out

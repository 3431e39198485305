"""Connectomes of the adult fly from small files of the very form that is published."""

import gzip
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import feather

from neurosparse.datasets import PUBLISHED, banc, flywire, hemibrain, male_cns

A, B, C = 720575940596125868, 720575940597856265, 720575940597944841
CONNECTIONS = (
    "pre_root_id,post_root_id,neuropil,syn_count,nt_type\n"
    f"{A},{B},LOP_R,15,ACH\n{A},{B},LO_R,3,ACH\n{B},{C},AL_L,4,GABA\n{B},{A},AL_R,7,GABA\n"
)
NEURONS = (
    "root_id,group,nt_type,nt_type_score,da_avg,ser_avg,gaba_avg,glut_avg,ach_avg,oct_avg\n"
    f"{A},LO.LOP,ACH,0.82,0.03,0.01,0.04,0.05,0.82,0.05\n"
    f"{B},AL,GABA,0.61,0.1,0.02,0.61,0.1,0.12,0.05\n{C},,,0.0,0,0,0,0,0,0\n"
)
CLASSES = (
    "root_id,flow,super_class,class,sub_class,hemilineage,side,nerve\n"
    f"{A},intrinsic,optic,,,,right,\n{B},intrinsic,central,ALLN,,v2LN,left,\n"
    f"{C},afferent,sensory,olfactory,,,center,AN\n"
)
TYPES = f"root_id,primary_type,additional_type(s)\n{A},T5a,\n{B},lLN2,il3LN6\n"
PLACES = (
    "root_id,position,supervoxel_id\n"
    f"{A},[718824 146864 154520],1\n{A},[0 0 0],2\n{C},[400000 200000  90000],3\n"
)


def packed(path: Path, text: str) -> None:
    with gzip.open(path, "wt") as file:
        file.write(text)


def test_flywire(tmp_path: Path) -> None:
    packed(tmp_path / "connections_princeton.csv.gz", CONNECTIONS)
    with pytest.raises(
        FileNotFoundError, match=r"curl .*codex/data/fafb/783/neurons\.csv\.gz'"
    ):
        flywire(tmp_path)
    packed(tmp_path / "neurons.csv.gz", NEURONS)
    assert "type" not in flywire(tmp_path).table
    packed(tmp_path / "classification.csv.gz", CLASSES)
    packed(tmp_path / "consolidated_cell_types.csv.gz", TYPES)
    (tmp_path / "coordinates.csv").write_text(PLACES)
    brain = flywire(tmp_path)
    assert brain.connectivity.to_dense().tolist() == [[0, 18, 0], [-7, 0, 0], [0, 0, 0]]
    assert brain.where(type="T5a", side="right", region="LO*").ids.tolist() == [A]
    assert brain.column("type").tolist() == ["T5a", "lLN2", ""]
    assert brain.column("x")[[0, 2]].tolist() == [718824, 400000]
    assert np.isnan(brain.column("x")[1])
    assert brain.where(super_class="sensory").ids.tolist() == [C]
    assert (brain.about["dataset"], brain.about["version"]) == ("flywire", "783")
    assert flywire(tmp_path, threshold=1).connectivity.nnz == 3
    (tmp_path / "connections.csv").write_text(CONNECTIONS.replace(str(A), str(A + 1)))
    with pytest.raises(ValueError, match="3 edges of ids in no table .* from one version"):
        flywire(tmp_path, edges="connections.csv")
    with pytest.raises(ValueError, match="version: got 700"):
        flywire(tmp_path, 700)  # type: ignore[arg-type]


def test_flywire_630_has_its_types_in_the_classification(tmp_path: Path) -> None:
    (tmp_path / "connections.csv").write_text(CONNECTIONS)
    (tmp_path / "neurons.csv").write_text(NEURONS)
    (tmp_path / "classification.csv").write_text(
        "root_id,flow,super_class,class,sub_class,cell_type,hemibrain_type,hemilineage,side,nerve\n"
        f"{A},intrinsic,optic,,,T5a,,,right,\n"
    )
    brain = flywire(tmp_path, 630)
    assert brain.column("type").tolist() == ["T5a", "", ""]
    assert brain.about["source"].endswith("fafb/630/")


def test_banc(tmp_path: Path) -> None:
    packed(tmp_path / "connections_princeton.csv.gz", CONNECTIONS + f"{A},{A + 7},X,9,\n")
    packed(
        tmp_path / "neurons.csv.gz",
        "Root ID,Super Class,Class,Sub Class,Primary Cell Type,Predicted NT type,Soma side\n"
        f"{A},descending,,,DNg100,ACH,left\n{B},motor,leg_motor_neuron,,,GLUT,R\n",
    )
    brain = banc(tmp_path)
    assert brain.connectivity.to_dense().tolist() == [[0, 18], [-7, 0]]
    assert brain.column("side").tolist() == ["left", "right"]
    assert brain.where(type="DNg100", super_class="descending").ids.tolist() == [A]
    assert brain.about["rows_of_strangers"] == 2


def test_male_cns(tmp_path: Path) -> None:
    def write(name: str, table: dict) -> None:
        feather.write_feather(pa.table(table), tmp_path / name, compression="lz4")

    write(
        "connectome-weights-male-cns-v1.0-minconf-0.5.feather",
        {
            "body_pre": [10, 10, 11, 99],
            "body_post": [11, 12, 10, 10],
            "weight": [5, 6, 7, 8],
        },
    )
    write(
        "body-annotations-male-cns-v1.0-minconf-0.5.feather",
        {
            "bodyId": [12, 11, 10, 99],
            "type": ["DNp01", None, "Tm3", None],
            "superclass": ["descending_neuron", "ol_intrinsic", "ol_intrinsic", None],
            "somaSide": ["L", "R", "M", None],
            "somaLocation": [[1, 2, 3], None, [4, 5, 6], None],
        },
    )
    write(
        "body-neurotransmitters-male-cns-v1.0.feather",
        {
            "body": [10, 11, 99],
            "predicted_nt": ["acetylcholine"] * 3,
            "consensus_nt": ["acetylcholine", "glutamate", "unclear"],
        },
    )
    brain = male_cns(tmp_path)
    assert brain.id.tolist() == [10, 11, 12]
    assert brain.connectivity.to_dense().tolist() == [[0, 5, 6], [-7, 0, 0], [0, 0, 0]]
    assert brain.column("side").tolist() == ["center", "right", "left"]
    assert brain.column("z").tolist()[::2] == [48.0, 24.0]
    assert brain.column("transmitter").tolist() == ["acetylcholine", "glutamate", ""]
    with pytest.raises(FileNotFoundError, match=r"male-cns/v0\.9/connectome-data"):
        male_cns(tmp_path, "0.9")


def test_hemibrain(tmp_path: Path) -> None:
    (tmp_path / "traced-neurons.csv").write_text(
        "bodyId,type,instance\n200326126,CL252,CL252_R\n202916528,FS4C,FS4C(FQ12)_C4_L\n3,,\n"
    )
    (tmp_path / "traced-total-connections.csv").write_text(
        "bodyId_pre,bodyId_post,weight\n200326126,202916528,13\n202916528,3,1\n"
    )
    brain = hemibrain(tmp_path, threshold=2)
    assert brain.column("side").tolist() == ["", "right", "left"]
    assert brain.connectivity.weights_array().tolist() == [13.0]
    assert brain.about["signs"] == "all +1: no transmitters"
    with pytest.raises(FileNotFoundError, match=r"v1\.1\.tar\.gz"):
        hemibrain(tmp_path / "absent", "1.1")


def test_cards_say_where_and_under_what_terms() -> None:
    assert [card.name for card in PUBLISHED] == ["flywire", "banc", "male_cns", "hemibrain"]
    for card in PUBLISHED:
        assert card.url.startswith("https://")
        assert "doi:" in card.citation
        assert card.licence.startswith("CC BY")

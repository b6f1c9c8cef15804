using System.IO.Compression;
using System.Text;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Inspection;
using PyRepo.Packaging.Metadata;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Hostile;

/// <summary>What reads texts in a distribution's archive.</summary>
static class ArchiveReaders
{
    const string Info = "x-1.dist-info";

    static readonly DistributionFileName _wheel =
        DistributionFileName.TryParse("x-1-py3-none-any.whl",
        out var name) ? name : throw new InvalidOperationException();

    static readonly string[] _headers =
    [
        "Name: x\n", "Version: 1\n", "Metadata-Version: 2.1\n", "Requires-Dist: x§\n",
        "Requires-Dist: x; extra=='x§'\n",
        "Classifier: x :: §\n", "Project-URL: x§, https://a.example/\n", "Provides-Extra: x§\n", "Keywords: ", "a,",
        "a ",
        "Description: x\n", "        |", "\n ", "\n\t", "\n", "\r", "\r\n", "\n\n", ":", "X§: ", "From ",
        "From x\n", "é",
        "License-File: x§\n", "Dynamic: x§\n", "Author-email: x <x@a.example>\n", "<", ">", "@",
        "Requires-Python: >=3.§\n",
        "Description-Content-Type: text/markdown; charset=", ";", "=", "\"", "Tag: py3-none-any\n",
        "Wheel-Version: 1.0\n",
    ];

    static readonly string[] _record =
    [
        "x/__init__.py,,\n", "x/__init__.py,sha256=", "a§", "0123456789abcdef", ",", ",,", ",1\n", ",§", "\n", "\r",
        "\"",
        "\"\"", "x/a.py", "/", "../", "./", "\\", "=", "sha256=", "md5=", "é", "x/__init__.py/,,\n",
    ];

    static readonly string[] _entryPoints =
    [
        "[console_scripts]\n", "[gui_scripts]\n", "[x§]\n", "x§ = x:y\n", "x=", "python", "python3.", "/python",
        "pip", "1",
        ".1", "-", "_d", ".exe", ". ", "[", "]", "=", ":", "\n", "\v", "\u2028", " ", "\t", "#", "[DEFAULT]\n",
    ];

    static readonly string[] _paths =
    [
        "import x\n", "import ", "import\t", "import sys, types, os;",
        "p = os.path.join(sys._getframe(1).f_locals['sitedir'], ",
        "*('x',", "'x§',", "'x')", "));", "\n", "\v", "\x85", "x", "/", "../", ";",
        "import os; var = 'SETUPTOOLS_USE_DISTUTILS'; ",
    ];

    public static IEnumerable<HostileReader> All =>
    [
        new("core metadata", _headers, text => CoreMetadata.Parse(Encoding.UTF8.GetBytes(text)).Problems(),
            "CoreMetadata.Parse", "MetadataDocument.Parse")
        {
            Frames = [("", ""), ("Metadata-Version: 2.1\nName: x\nVersion: 1\n", ""), ("Description: ", ""), ("X: ",
            "")],
        },
        Member($"{Info}/METADATA", _headers),
        Member($"{Info}/WHEEL", _headers),
        Member($"{Info}/RECORD", _record, "RecordedDigest.TryParse", "RecordedFile.TryParse", "WheelRecord.Read"),
        Member($"{Info}/entry_points.txt", _entryPoints, "CommandRules.ReadCommands", "CommandRules.FindReplaced")
            with
        {
            Frames = [("[console_scripts]\n", ""), ("[console_scripts]\n/python", " = x:y"), ("", "")],
        },
        Member("x.pth", _paths) with { Frames = [("", ""), ("import sys, types, os;", "")] },
        Member($"{Info}/top_level.txt", _paths),
    ];

    /// <summary>A member of a wheel, which an upload is checked for, and the guard looks into.</summary>
    static HostileReader Member(string member, string[] marks, params string[] methods) => new(
        $"a wheel's {Path.GetFileName(member)}", marks, text =>
        {
            var wheel = Make(member, text);
            ArchiveInspector.Inspect(wheel, _wheel);
            DistributionArchive.Read(wheel, _wheel, strict: true);
        },
        methods);

    static MemoryStream Make(string member, string text)
    {
        var wheel = new MemoryStream();
        wheel.Write(WheelFile.Make("x", "1"));
        using (var zip = new ZipArchive(wheel, ZipArchiveMode.Update, leaveOpen: true))
        {
            zip.GetEntry(member)?.Delete();
            using var content = zip.CreateEntry(member, CompressionLevel.NoCompression).Open();
            content.Write(Encoding.UTF8.GetBytes(text));
        }
        return wheel;
    }
}

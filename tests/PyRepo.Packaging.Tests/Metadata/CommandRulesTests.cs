using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Metadata;

namespace PyRepo.Packaging.Tests.Metadata;

/// <summary>Commands that an uploaded wheel may not install.</summary>
public sealed class CommandRulesTests
{
    [Theory]
    [InlineData("python")]
    [InlineData("python3")]
    [InlineData("python3.12")]
    [InlineData("python3.13t")]
    [InlineData("Python")]
    [InlineData("python.exe")]
    [InlineData("PYTHON3.EXE")]
    [InlineData("python.cmd")]
    [InlineData("python_d.exe")]
    [InlineData("pythonw")]
    [InlineData("pip")]
    [InlineData("pip3")]
    [InlineData("pip3.12")]
    [InlineData("pip-3.12")]
    [InlineData("pypy3")]
    [InlineData("graalpy")]
    [InlineData("jython")]
    [InlineData("py")]
    [InlineData("pyw.exe")]
    [InlineData("python.")]
    public void A_command_in_place_of_an_interpreter_or_pip_is_rejected(string command)
    {
        foreach (var section in (string[])["console_scripts", "gui_scripts"])
        {
            var because = Problem(WithEntryPoints($"[{section}]\nfoo = foo:main\n{command} = foo:main\n"));
            Assert.StartsWith($"The entry point {command} would take the place of ", because);
            Assert.EndsWith("Give the command another name.", because, StringComparison.Ordinal);
        }
        foreach (var directory in (string[])["scripts", "Scripts", "data/bin", "data/Scripts"])
        {
            Assert.StartsWith(
                $"The file foo-1.0.data/{directory}/{command} would take the place of ",
                Problem(new ZipBuilder().Add($"foo-1.0.data/{directory}/{command}", "#!python\n")));
        }
    }

    [Theory]
    [InlineData("python-config")]
    [InlineData("pythonic")]
    [InlineData("ipython")]
    [InlineData("bpython3")]
    [InlineData("pipenv")]
    [InlineData("pip-compile")]
    [InlineData("pipx")]
    [InlineData("pypi-server")]
    [InlineData("py.test")]
    [InlineData("pytest")]
    [InlineData("pygmentize")]
    [InlineData("pyproject-build")]
    public void Commands_that_only_begin_alike_are_accepted(string command)
    {
        Assert.Null(Problem(WithEntryPoints($"[console_scripts]\n{command} = foo:main\n")));
        Assert.Null(Problem(new ZipBuilder().Add($"foo-1.0.data/scripts/{command}", "#!python\n")));
    }

    [Theory]
    [InlineData("[console_scripts]\r\npython=foo:main")]
    [InlineData("[ console_scripts ]\n  python = foo:main")]
    [InlineData("[console_scripts]\npython: foo:main")]
    [InlineData("[console_scripts]\nfoo = foo:main\n    python = foo:main")]
    [InlineData("[console_scripts]\nfoo = foo:main\fpython = foo:main")]
    [InlineData("[console_scripts]\n../bin/python = foo:main")]
    [InlineData("[DEFAULT]\npython = foo:main\n[console_scripts]\nfoo = foo:main")]
    [InlineData("[console_scripts];x\npython = foo:main")]
    [InlineData("[console_scripts] # [x\npython = foo:main")]
    public void A_command_that_only_some_readers_see_is_rejected(string entryPoints) =>
        Assert.NotNull(Problem(WithEntryPoints(entryPoints)));

    [Theory]
    [InlineData("[plugins]\npython = foo:Plugin\n")]
    [InlineData("[console_scripts]\n# python = foo:main\nfoo = foo:main\n[plugins]\npip = foo:Plugin\n")]
    [InlineData("[console_scripts]\nfoo = foo:python\n")]
    public void What_becomes_no_command_may_have_any_name(string entryPoints) =>
        Assert.Null(Problem(WithEntryPoints(entryPoints)));

    [Theory]
    [InlineData("pip", "pip", true)]
    [InlineData("pip", "pip3.12", true)]
    [InlineData("pip", "python", false)]
    [InlineData("pypy", "pypy3", true)]
    [InlineData("python3", "python3", false)]
    public void A_project_may_have_the_commands_of_its_own_name(string project, string command, bool isAccepted)
    {
        var wheel = WithEntryPoints($"[console_scripts]\n{command} = foo:main\n", project)
            .Add($"{project}-1.0.data/scripts/{command}");
        Assert.Equal(isAccepted, Problem(wheel, project) is null);
    }

    [Fact]
    public void Files_elsewhere_may_have_any_name() => Assert.Null(Problem(new ZipBuilder()
        .Add("foo/python", "").Add("scripts/pip", "").Add("foo-1.0.data/scripts/more/python", "")
        .Add("foo-1.0.data/purelib/python", "").Add("foo-1.0.data/scripts/")));

    [Fact]
    public void Entry_points_that_are_too_long_are_not_read() => Assert.Contains(
        "at most 262144 are allowed",
        Problem(WithEntryPoints(new string('x', ArchiveLimits.MaxEntryPointsLength + 1))), StringComparison.Ordinal);

    [Fact]
    public void A_wheel_that_is_there_already_is_read_all_the_same()
    {
        var wheel = WithEntryPoints("[console_scripts]\npython = foo:main\n").AddDistInfo().Build();
        Assert.True(WheelFileName.TryParse("foo-1.0-py3-none-any.whl", out var name));
        Assert.NotEmpty(WheelArchive.ReadMetadata(new MemoryStream(wheel), name));
    }

    static ZipBuilder WithEntryPoints(string text, string project = "foo") =>
        new ZipBuilder().Add($"{project}-1.0.dist-info/entry_points.txt", text);

    static string? Problem(ZipBuilder zip, string project = "foo")
    {
        var wheel = zip.AddDistInfo($"{project}-1.0.dist-info").Build();
        Assert.True(WheelFileName.TryParse($"{project}-1.0-py3-none-any.whl", out var name));
        try
        {
            WheelArchive.Check(new MemoryStream(wheel), name);
            return null;
        }
        catch (ArchiveException problem)
        {
            return problem.Message;
        }
    }
}

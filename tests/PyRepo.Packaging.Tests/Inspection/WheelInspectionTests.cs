using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using PyRepo.Packaging.Inspection;
using PyRepo.Packaging.Tests.Metadata;

namespace PyRepo.Packaging.Tests.Inspection;

public sealed class WheelInspectionTests
{
    /// <summary>What setuptools writes for the namespace package "acme".</summary>
    const string NamespaceFile =
        "import sys, types, os;p = os.path.join(sys._getframe(1).f_locals['sitedir'], *('acme',));"
        + "ie = os.path.exists(os.path.join(p,'__init__.py'));"
        + "m = not ie and sys.modules.setdefault('acme', types.ModuleType('acme'));"
        + "mp = (m or []) and m.__dict__.setdefault('__path__',[]);(p not in mp) and mp.append(p)\n";

    const string DistutilsFile =
        "import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os.environ.get(var, 'local') == 'local'; "
        + "enabled and __import__('_distutils_hack').add_shim(); \n";

    [Theory]
    [InlineData("demo_init.pth", "import os; os.environ.get('HOME')\n")]
    [InlineData("demo_init.pth", "# a comment\nsomewhere\nimport\tos\n")]
    [InlineData("demo_init.pth", "\ufeffimport os\n")]
    [InlineData("demo_init.pth", "x\u2028import os\n")]
    [InlineData("demo_init.pth", "x\u0085import os\n")]
    [InlineData("demo_init.pth", "x\fimport os\n")]
    [InlineData("demo-1.0.data/purelib/demo_init.pth", "import os\n")]
    [InlineData("demo-1.0.data/platlib/demo_init.pth", "import os\n")]
    [InlineData("demo-1.0.data/data/lib/python3.12/site-packages/demo_init.pth", "import os\n")]
    [InlineData("./demo_init.pth", "import os\n")]
    [InlineData("demo-1.0.data\\purelib\\demo_init.pth", "import os\n")]
    [InlineData("demo.start", "demo:main\n")]
    [InlineData("sitecustomize.py", "")]
    [InlineData("usercustomize/__init__.py", "")]
    [InlineData("sitecustomize.cpython-312-x86_64-linux-gnu.so", "")]
    [InlineData("demo-1.0.data/purelib/sitecustomize.py", "")]
    [InlineData("_virtualenv.py", "")]
    [InlineData("_distutils_hack/__init__.py", "")]
    [InlineData("__editable___demo_finder.py", "")]
    [InlineData("demo-1.0.data/data/demo.pth", "import os\n")]
    [InlineData("demo-1.0.data/data/lib/python3.12/os.py", "")]
    [InlineData("demo-1.0.data/data/Lib/os.py", "")]
    [InlineData("demo-1.0.data/data/pyvenv.cfg", "")]
    [InlineData("demo-1.0.data/scripts/pyvenv.cfg", "")]
    [InlineData("demo-1.0.data/scripts/python312._pth", "")]
    [InlineData("demo-1.0.data/scripts/lib/python3.12/site-packages/demo.pth", "import os\n")]
    [InlineData("demo-1.0.data/data/lib/python312.zip", "")]
    [InlineData("demo_init.pth.", "import os\n")]
    [InlineData("demo_init.pth ", "import os\n")]
    [InlineData("demo_init.pth::$DATA", "import os\n")]
    [InlineData("sitecustomize.py. .", "")]
    [InlineData("demo-1.0.data /purelib./sitecustomize.py", "")]
    public void What_the_interpreter_runs_at_its_start_is_found(string name, string content) =>
        Assert.Single(new BuiltWheel().With(name, content).Inspect().StartupFiles);

    [Theory]
    [InlineData("demo_path.pth", "demo/vendored\n")]
    [InlineData("demo_path.pth", "important\nimportlib\n# import os\n")]
    [InlineData("demo-1.0-py3-nspkg.pth", NamespaceFile)]
    [InlineData("demo/template.pth", "import os\n")]
    [InlineData("demo/sitecustomize.py", "")]
    [InlineData("demo-1.0.dist-info/demo.pth", "import os\n")]
    [InlineData("customize.py", "")]
    public void What_it_does_not_run_is_none(string name, string content) =>
        Assert.Empty(new BuiltWheel().With(name, content).Inspect().StartupFiles);

    [Fact]
    public void A_startup_module_in_a_folder_counts_if_some_path_file_may_name_the_folder()
    {
        var wheel = new BuiltWheel().With("demo/vendored/sitecustomize.py", "");
        Assert.Empty(wheel.Inspect().StartupFiles);
        Assert.Single(wheel.With("demo.pth", "demo/vendored\n").Inspect().StartupFiles);
    }

    [Theory]
    [InlineData("demo-1.0.dist-info/../evil.pth")]
    [InlineData("demo-1.0.data/scripts/../purelib/evil.pth")]
    [InlineData("demo-1.0.data/headers/../purelib/evil.pth")]
    [InlineData("demo-1.0.data/data/lib/../bin/python3")]
    [InlineData("demo\\..\\evil.pth")]
    [InlineData("/evil.pth")]
    public void A_member_that_is_unpacked_elsewhere_makes_the_wheel_unreadable(string name) =>
        Assert.Contains("outside its folder", new BuiltWheel().With(name, "").Inspect().Problem);

    [Fact]
    public void More_startup_files_than_are_kept_are_not_those_of_a_release_before()
    {
        var wheel = new BuiltWheel();
        foreach (var i in Enumerable.Range(0, ArchiveFacts.MaxExamples + 1))
            wheel.With($"file{i}.pth", $"import os # {i}\n");
        Assert.Null(wheel.Inspect().StartupFiles[^1].Sha256);
    }

    [Fact]
    public void What_is_cached_for_a_module_is_of_the_module() => Assert.Contains(
        "six", new BuiltWheel().With("__pycache__/six.cpython-312.pyc", "").Inspect().TopLevel);

    [Fact]
    public void What_setuptools_has_is_setuptools_own()
    {
        var own = new BuiltWheel("setuptools", "80.0").With("distutils-precedence.pth", DistutilsFile).Inspect();
        Assert.Empty(own.StartupFiles);
        Assert.Single(new BuiltWheel().With("distutils-precedence.pth", DistutilsFile).Inspect().StartupFiles);
        Assert.Single(new BuiltWheel("setuptools", "80.0")
            .With("distutils-precedence.pth", DistutilsFile + "import evil\n").Inspect().StartupFiles);
    }

    [Theory]
    [InlineData("'acme'", "(evil())")]
    [InlineData("mp.append(p)", "mp.append(p);import os")]
    [InlineData("import sys, types, os;", "import sys, types, os, evil;")]
    [InlineData("*('acme',)", "*('demo_json',)")]
    [InlineData("acme", "json")]
    public void A_namespace_file_that_does_more_is_found(string before, string after) =>
        Assert.Single(new BuiltWheel().With(
            "demo-nspkg.pth", NamespaceFile.Replace(before, after, StringComparison.Ordinal)).Inspect().StartupFiles);

    [Fact]
    public void One_among_many_harmless_files_is_found()
    {
        var wheel = new BuiltWheel();
        foreach (var i in Enumerable.Range(0, 40))
            wheel.With($"path{i}.pth", "somewhere\n");
        Assert.NotEmpty(wheel.With("zz.pth", "import os\n").Inspect().StartupFiles);
    }

    [Theory]
    [InlineData("[console_scripts]\npython3 = demo:main\n", "python3")]
    [InlineData("[gui_scripts]\nPip = demo:main\n", "Pip")]
    [InlineData("[console_scripts]\nuv = demo:main\nuvx = demo:main\n", "uv")]
    [InlineData("[console_scripts]\n[python3 = demo:main [x];\n", "python3")]
    [InlineData("[console_scripts]\npython3\x1f = demo:main\n", "python3")]
    [InlineData("\x1f[console_scripts]\npython3 = demo:main\n", "python3")]
    public void A_command_in_place_of_an_interpreter_or_installer_is_found(string entryPoints, string command) =>
        Assert.Contains(command, new BuiltWheel()
            .With("demo-1.0.dist-info/entry_points.txt", entryPoints).Inspect().Commands);

    [Theory]
    [InlineData("demo-1.0.data/scripts/python")]
    [InlineData("demo-1.0.data/data/bin/pip3")]
    [InlineData("demo-1.0.data/data/Scripts/uv.exe")]
    public void A_script_in_place_of_one_is_found(string name) =>
        Assert.Single(new BuiltWheel().With(name).Inspect().Commands);

    [Fact]
    public void All_files_of_entry_points_count_that_differ_in_case_alone() => Assert.Contains(
        "python3", new BuiltWheel()
            .With("demo-1.0.dist-info/entry_points.txt", "[console_scripts]\npython3 = demo:main\n")
            .With("demo-1.0.dist-info/ENTRY_POINTS.TXT", "[console_scripts]\ndemo = demo:main\n").Inspect().Commands);

    [Fact]
    public void Other_commands_and_those_of_the_project_itself_are_none()
    {
        var other = new BuiltWheel().With(
            "demo-1.0.dist-info/entry_points.txt",
            "[console_scripts]\npip-audit = a:b\npythonize = a:b\nuvicorn = a:b\n[other]\npython = a:b\n");
        Assert.Empty(other.Inspect().Commands);
        Assert.Empty(new BuiltWheel("uv", "1.0").With("uv-1.0.data/scripts/uvx").Inspect().Commands);
    }

    [Fact]
    public void Files_that_RECORD_lacks_and_rows_without_a_file_are_found()
    {
        var facts = new BuiltWheel
        {
            Record = "demo/__init__.py,,\n\"demo/gone,2.py\",,\ndemo-1.0.dist-info/METADATA,,\n"
                + "demo-1.0.dist-info/WHEEL,,\ndemo-1.0.dist-info/RECORD,,\n",
        }.With("demo/extra.py").Inspect();
        Assert.Equal(["demo/extra.py"], facts.Unrecorded);
        Assert.Equal(["demo/gone,2.py"], facts.Missing);
        Assert.Empty(new BuiltWheel().Inspect().Missing);
        Assert.Empty(new BuiltWheel().Inspect().Unrecorded);
    }

    [Fact]
    public void Modules_compiled_files_and_requirements_are_listed()
    {
        var facts = new BuiltWheel
        {
            Metadata = "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\nRequires-Dist: Py_YAML>=6\n"
                + "Requires-Dist: six; extra == 'old'\nRequires-Dist: !\n",
        }.With("six.py").With("_speed.cp312-win_amd64.pyd").With("demo/x.so").With("README.md").Inspect();
        Assert.Equal(["_speed", "demo", "six"], facts.TopLevel);
        Assert.Equal(["_speed.cp312-win_amd64.pyd", "demo/x.so"], facts.NativeFiles);
        Assert.Equal(["py-yaml", "six"], facts.Requirements);
        Assert.False(facts.IsPartial);
    }

    [Fact]
    public void A_member_with_a_second_name_makes_the_wheel_unreadable()
    {
        var name = BuiltWheel.Parse("foo-1.0-py3-none-any.whl");
        var other = Encoding.UTF8.GetBytes("x.pth");
        byte[] extra = [0x75, 0x70, (byte)(5 + other.Length), 0, 1, 0, 0, 0, 0, .. other];
        BinaryPrimitives.WriteUInt32LittleEndian(extra.AsSpan(5), Crc32.HashToUInt32("x.txt"u8));
        var wheel = new ZipBuilder().Add("foo-1.0.dist-info/METADATA", ZipBuilder.SoundMetadata)
            .Add("x.txt", "import os", extra: extra).Build();
        Assert.Contains("another name", ArchiveInspector.Inspect(new MemoryStream(wheel), name).Problem);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PK")]
    [InlineData("this is no archive at all")]
    public void What_is_no_wheel_is_unreadable(string content)
    {
        var facts = ArchiveInspector.Inspect(
            new MemoryStream(Encoding.UTF8.GetBytes(content)), BuiltWheel.Parse("a-1-py3-none-any.whl"));
        Assert.NotNull(facts.Problem);
    }
}

using PyRepo.Client.LockFiles;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Requirements;
using PyRepo.Packaging.Versions;
using PyRepo.Server.Proxies.Policies;

namespace PyRepo.Server.Tests.Hostile;

/// <summary>What reads names, versions, requirements, and lists of them.</summary>
static class RequirementReaders
{
    static readonly PythonVersion _version = PythonVersion.Parse("3.1");

    static readonly string[] _versions =
    [
        "1", ".", "1.", "1!", "0", "a1", "rc1", ".post1", ".dev1", "+x", "+1.x", "-", "_", "v", "==", "===", "!=", "~=",
        "<=", ">=", "<", ">", ".*", ",", ",==1.§", ",>=§", ",!=1.§.*", " ", "é", "\u0661",
    ];

    static readonly string[] _requirements =
    [
        .. _versions, "x", "x§", "[", "]", "[x§", ",x§", "(", ")", ";", " ; ", "@", " @ https://a.example/", "'",
        "\"", "\\",
        "\\x4", "\\N{", " and ", " or ", " in ", " not in ", "not ", "python_version", "python_version>'3'",
        "extra=='x§'",
        "os_name == \"x\"", " and os_name=='x§'", " or (os_name=='x'", "(os_name=='x')", "\t",
    ];

    static readonly string[] _lines =
    [
        .. _requirements, "\n", "\r\n", "\\\n", "#", " #", "# x\\\n", "x§==1.§\n", "x==1 --hash=sha256:",
        " --hash=md5:x",
        " --hash sha256:x", "0123456789abcdef", "-r x§\n", "-c ", "--index-url x\n", " -", " --a", "\uFEFF", "$",
        "${X}",
    ];

    static readonly (string, string)[] _whole = [("", "")];

    public static IEnumerable<HostileReader> All =>
    [
        new("a version", _versions, text => PythonVersion.ParseOrNull(text)?.CompareTo(_version),
            "PythonVersion.TryParse", "PythonVersion.Parse", "PythonVersion.ParseOrNull", "LocalSegment.Parse",
            "VersionNumber.FromDigits")
        {
            Frames = [.. _whole, ("1", ""), ("1+", "")],
        },
        new("a version specifier", _versions, text =>
            {
                if (SpecifierSet.TryParse(text, out var set))
                    set.Contains(_version);
            },
            "SpecifierSet.TryParse", "SpecifierSet.Parse", "Specifier.TryParse")
        {
            Frames = [.. _whole, ("==1", "")],
        },
        new("an environment marker", _requirements, text => _ = Marker.TryParse(text, out _),
            "Marker.TryParse", "Marker.Parse", "MarkerReader.TryRead")
        {
            Frames = [.. _whole, ("os_name=='x'", ""), ("os_name=='", "'"), ("(os_name=='x'", ")")],
        },
        new("a requirement", _requirements, text => _ = Requirement.TryParse(text, out var found) ? $"{found}" : "",
            "Requirement.TryParse", "Requirement.Parse", "Requirement.TryReadProject")
        {
            Frames = [.. _whole, ("x", ""), ("x[", "]"), ("x==1", ""), ("x; os_name=='x'", "")],
        },
        new("a file name", _requirements, text =>
            {
                _ = DistributionFileName.TryParse(text, out _);
                _ = WheelFileName.TryParse(text, out _);
                _ = PossibleProjects.Find(text).Count();
            },
            "DistributionFileName.TryParse", "WheelFileName.TryParse", "ArchiveFileName.TryParse",
            "LenientWheelFileName.TryParse", "SdistFileName.TryParse", "BuildTag.TryParse", "WheelNameParts.Split",
            "FileExtension.TryFind", "PossibleProjects.Find", "UnversionedFileName.TryParse")
        {
            Frames = [("x-1", ".tar.gz"), ("x-1", "-py3-none-any.whl"), ("x-1-py3-none-", ".whl"), ("x", ".zip")],
        },
        new("a project's name", _requirements, text =>
            {
                _ = ProjectName.TryParse(text, out _);
                ProjectName.Normalize(text);
            },
            "ProjectName.TryParse", "ProjectName.Parse", "ProjectName.Normalize"),
        new("a requirements file", _lines, text => ReadRequirements(text), "RequirementLine.Split"),
        new("a constraints file", _lines, text => ConstraintsFile.Read(text), "ConstraintsFile.Read")
        {
            Frames = [.. _whole, ("x==1 ", "")],
        },
        new("an entry of a policy", _requirements, text => PolicyEntry.Parse(text).Names(ProjectName.Parse("xyz")),
            "PolicyEntry.Parse")
        {
            Frames = [.. _whole, ("x*", ""), ("*x*", "")],
        },
    ];

    static void ReadRequirements(string text)
    {
        var reading = new RequirementsFiles(new LockContent()).ReadAsync("/nowhere/x.txt", text, default);
        Assert.True(reading.IsCompleted);
        reading.GetAwaiter().GetResult();
    }
}

using System.Text.RegularExpressions;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Architecture;

/// <summary>
/// The runtime's settings in the environment are hexadecimal. A program that is compiled ahead of time takes no notice
/// of one with a prefix, and says nothing.
/// </summary>
public sealed partial class RuntimeSettingsTests
{
    const string Here = "tests/PyRepo.Server.Tests/Architecture/RuntimeSettingsTests.cs";

    public static TheoryData<string> Files =>
        [.. SourceTree.Files("bench", ".cs").Where(file => Setting.IsMatch(SourceTree.Read(file)))];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_setting_for_a_program_of_an_image_has_no_prefix(string file)
    {
        var settings = Setting.Matches(SourceTree.Read(file));
        Assert.NotEmpty(settings);
        Assert.DoesNotContain(
            settings, setting => setting.Groups["value"].Value.StartsWith("0x", StringComparison.Ordinal));
    }

    /// <summary>
    /// The programs have it in them (<c>Directory.Build.props</c>). <c>dev</c> and <c>images/programs.sh</c> set that of the
    /// compiler, and one test sets another to see that it counts.
    /// </summary>
    [Fact]
    public void Nobody_sets_the_size_of_the_youngest_generation_beside_the_programs() => Assert.Empty(
        from file in (string[])
        [
            "Dockerfile", "docs/pyrepo.service", .. SourceTree.Files("images", ".sh").Except(["images/programs.sh"]),
            .. SourceTree.Files("charts", ".yaml"), .. SourceTree.Files("bench", ".cs"),
            .. SourceTree.Files("src", ".cs"),
            .. SourceTree.Files("tests", ".cs").Except([Here, "tests/EndToEnd/Serving/GarbageCollectionTests.cs"]),
        ]
        where SourceTree.Read(file).Contains("GCgen0size", StringComparison.OrdinalIgnoreCase)
        select file);

    [GeneratedRegex("""DOTNET_GC\w+("\] = ")?=?\{?(?<value>\w+)""", RegexOptions.CultureInvariant)]
    static partial Regex Setting { get; }
}

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

    [Fact]
    public void A_setting_for_a_program_of_an_image_has_no_prefix()
    {
        var files = (string[])
        [
            "Dockerfile", "docs/pyrepo.service", .. SourceTree.Files("images", ".sh").Except(["images/programs.sh"]),
            .. SourceTree.Files("bench", ".cs"), .. SourceTree.Files("src", ".cs"),
            .. SourceTree.Files("tests", ".cs").Except([Here]),
        ];
        Assert.DoesNotContain(files, file => HasPrefix.IsMatch(SourceTree.Read(file)));
    }

    [Theory]
    [InlineData("ENV DOTNET_GCgen0size=0x400000")]
    [InlineData("[\"DOTNET_GCHeapHardLimit\"] = \"0x8000000\",")]
    [InlineData("[\"DOTNET_GCHeapHardLimit\"] = $\"0x{bytes:X}\"")]
    [InlineData("Add(\"DOTNET_GCHeapHardLimit\", \"0x80\")")]
    public void A_prefix_would_be_found(string line) => Assert.Matches(HasPrefix, line);

    /// <summary>
    /// The programs have it in them (<c>Directory.Build.props</c>). <c>dev</c> and <c>images/programs.sh</c> set that of the
    /// compiler, and one test sets another to see that it counts.
    /// </summary>
    [Fact]
    public void Only_the_programs_set_the_size_of_the_youngest_generation() => Assert.Empty(
        from file in (string[])
        [
            "Dockerfile", "docs/pyrepo.service", .. SourceTree.Files("images", ".sh").Except(["images/programs.sh"]),
            .. SourceTree.Files("charts", ".yaml"), .. SourceTree.Files("bench", ".cs"),
            .. SourceTree.Files("src", ".cs"),
            .. SourceTree.Files("tests", ".cs").Except([Here, "tests/EndToEnd/Serving/GarbageCollectionTests.cs"]),
        ]
        where SourceTree.Read(file).Contains("GCgen0size", StringComparison.OrdinalIgnoreCase)
        select file);

    [GeneratedRegex("DOTNET_GC[^\n]*[=\" ]0x", RegexOptions.CultureInvariant)]
    static partial Regex HasPrefix { get; }
}

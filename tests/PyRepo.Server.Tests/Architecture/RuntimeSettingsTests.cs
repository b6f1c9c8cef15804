using System.Text.RegularExpressions;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Architecture;

/// <summary>
/// The runtime's settings in the environment are hexadecimal. A program that is compiled ahead of time takes no notice
/// of one with a prefix, and says nothing.
/// </summary>
public sealed partial class RuntimeSettingsTests
{
    public static TheoryData<string> Files =>
    [
        "images/build.sh", "docs/pyrepo.service", "tests/EndToEnd/PyRepoServer.cs",
        .. SourceTree.Files("bench", ".cs").Where(file => Setting.IsMatch(SourceTree.Read(file))),
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_setting_for_a_program_of_an_image_has_no_prefix(string file)
    {
        var settings = Setting.Matches(SourceTree.Read(file));
        Assert.NotEmpty(settings);
        Assert.DoesNotContain(
            settings, setting => setting.Groups["value"].Value.StartsWith("0x", StringComparison.Ordinal));
    }

    [GeneratedRegex("""DOTNET_GC\w+("\] = ")?=?\{?(?<value>\w+)""", RegexOptions.CultureInvariant)]
    static partial Regex Setting { get; }
}

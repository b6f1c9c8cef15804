using System.Text.RegularExpressions;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Architecture;

public sealed partial class StoreKeysTests
{
    /// <summary>Where <c>packages/</c> and <c>projects/</c> are part of a URL, and no key.</summary>
    static readonly string[] _links = ["src/PyRepo.Server/Endpoints/Rendering/FileLinks.cs"];

    [Fact]
    public void Only_the_storage_layout_builds_keys_of_the_store() => Assert.Empty(
        from file in ServerSources.Files()
        where !file.EndsWith("Content/Records/StorageLayout.cs", StringComparison.Ordinal) && !_links.Contains(file)
        from line in SourceTree.Read(file).Split('\n')
        where KeyInText.IsMatch(line) && !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
        select $"{file}: {line.Trim()}");

    [Fact]
    public void The_exceptions_are_still_needed() =>
        Assert.All(_links, file => Assert.Matches(KeyInText, SourceTree.Read(file)));

    [Theory]
    [InlineData("var key = \"packages/foo\";")]
    [InlineData("var key = $\"projects/{project}.jsonl\";")]
    [InlineData("var key = StorageLayout.Packages + name;")]
    [InlineData("var key = $\"{StorageLayout.Projects}{name}\";")]
    public void A_key_would_be_found(string line) => Assert.Matches(KeyInText, line);

    /// <summary>A string that begins with a folder of the store, or is put together from one.</summary>
    [GeneratedRegex(
        """\$?"(packages|projects)/|StorageLayout\.(Packages|Projects)( \+|\})""",
        RegexOptions.CultureInvariant)]
    static partial Regex KeyInText { get; }
}

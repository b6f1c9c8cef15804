using System.Text.RegularExpressions;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Architecture;

/// <summary>Whoever made an archive decides what it costs, so three files read them, which bound that.</summary>
public sealed partial class ArchiveReadersTests
{
    static readonly string[] _readers =
    [
        "src/PyRepo.Server/Content/Archives/ArchiveInspection.cs",
        "src/PyRepo.Server/Content/Archives/GuardInspection.cs",
        "src/PyRepo.Server/Content/Archives/MetadataWork.cs",
    ];

    [Fact]
    public void Only_an_inspection_and_the_one_gate_read_archives() => Assert.Equal(
        _readers,
        ServerSources.Files()
            .Where(file => ArchiveReader.IsMatch(SourceTree.Read(file))).Order());

    [GeneratedRegex(
        @"\b(ArchiveInspector|DistributionArchive|WheelArchive|SdistArchive)\.\w", RegexOptions.CultureInvariant)]
    static partial Regex ArchiveReader { get; }
}

using System.Text.RegularExpressions;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Architecture;

/// <summary>
/// A file of a store is read where it is noted if the disk cannot: <c>OpenRead</c>, <c>OpenStreamAsync</c>, and what is
/// listed here.
/// </summary>
public sealed partial class DiskReadsTests
{
    static readonly string[] _readers =
    [
        "src/PyRepo.Advisories/AdvisoryDocuments.cs", // a temporary file
        "src/PyRepo.Server/Endpoints/Files/FileSender.cs", // FileEndpoint notes what it throws
        "src/PyRepo.Server/Endpoints/Rendering/RenderedPage.cs", // a temporary file
        "src/PyRepo.Storage/Buckets/BucketStagedObject.cs", // a temporary file
        "src/PyRepo.Storage/Directories/DirectoryContent.cs",
        "src/PyRepo.Storage/Directories/SuspectWrites.cs", // DirectoryStore notes what it throws
        "src/PyRepo.Storage/FileSectionStream.cs",
        "src/PyRepo.Storage/StagedObject.cs", // DirectoryStagedObject notes it
        "src/PyRepo.Storage/StoredContent.cs", // LocalCopy
    ];

    [Fact]
    public void Nothing_else_reads_by_a_handle() => Assert.Equal(
        _readers,
        SourceTree.CodeLines("src").Where(line => Reading.IsMatch(line.Text)).Select(line => line.File).Distinct()
            .Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("RandomAccess.Read(file, buffer, 0);")]
    [InlineData("await RandomAccess.ReadAsync(file, buffer, 0);")]
    [InlineData("new FileSectionStream(file, 0, 10);")]
    [InlineData("FileSectionStream OpenFrom(long offset) => new(file, offset, 10);")]
    public void Another_read_would_be_found(string line) => Assert.Matches(Reading, line);

    [GeneratedRegex(@"RandomAccess\.Read|new FileSectionStream\(|FileSectionStream .*=> new\(")]
    static partial Regex Reading { get; }
}

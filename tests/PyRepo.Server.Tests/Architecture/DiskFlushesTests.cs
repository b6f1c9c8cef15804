using System.Text.RegularExpressions;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Architecture;

/// <summary>Only <c>DiskFlush</c> flushes to the disk: .NET's own return as if they had succeeded.</summary>
public sealed partial class DiskFlushesTests
{
    const string Checked = "src/PyRepo.Storage/Directories/DiskFlush.cs";

    /// <summary>What neither a store nor <c>AtomicFile</c> writes, because no promise rests on it.</summary>
    static readonly string[] _unflushed =
    [
        "src/PyRepo.Codegen/GeneratedFiles.cs",
        "src/PyRepo.Release/Oci/OciLayout.cs",
        "src/PyRepo.Release/Signing/OutputFolder.cs",
        "src/PyRepo.Server/Serving/Stores/StoreFactory.cs", // lost: the replica gets a new name
        "src/PyRepo.Storage/Directories/DirectoryLock.cs", // only its presence counts, and the folder is flushed
    ];

    [Fact]
    public void No_flush_goes_unchecked() => Assert.Empty(
        from line in Lines()
        where line.File != Checked && Flush.IsMatch(line.Text)
        select $"{line.File}: {line.Text}");

    [Fact]
    public void The_checked_flush_is_found_by_this() =>
        Assert.Contains(Lines(), line => line.File == Checked && Flush.IsMatch(line.Text));

    [Fact]
    public void Every_file_that_is_written_is_flushed() => Assert.Equal(
        _unflushed,
        Lines().Where(line => WholeFile.IsMatch(line.Text)).Select(line => line.File).Distinct()
            .Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("RandomAccess.FlushToDisk(_file);")]
    [InlineData("stream.Flush(true);")]
    [InlineData("file.Flush(flushToDisk: true);")]
    [InlineData("""[LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]""")]
    [InlineData("Options = FileOptions.WriteThrough,")]
    public void Another_flush_would_be_found(string line) => Assert.Matches(Flush, line);

    static IEnumerable<(string File, string Text)> Lines() => SourceTree.CodeLines("src");

    [GeneratedRegex(@"FlushToDisk|Flush\((true|flushToDisk)|WriteThrough|""(fsync|fdatasync|syncfs|sync|msync)""")]
    static partial Regex Flush { get; }

    [GeneratedRegex(@"File\.(WriteAll|AppendAll|CreateText|AppendText)")]
    static partial Regex WholeFile { get; }
}

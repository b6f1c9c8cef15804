using System.Globalization;
using System.IO.Hashing;
using System.Text.Json;
using PyRepo.Packaging.Metadata;
using PyRepo.Testing;

namespace PyRepo.Packaging.Tests.Differential;

/// <summary>Changes archives in thousands of ways. Whatever an upload may be, every Python of this machine must find
/// the same members with the same bytes in it. With <c>PYREPO_MUTATIONS</c>, the number of archives of each kind, all
/// Pythons are asked; without it, a few.</summary>
[Trait("Cost", "high")]
public sealed class ArchiveDifferentialTests(ITestOutputHelper output)
{
    const int DefaultCount = 2000;

    static readonly string _script = Path.Combine(AppContext.BaseDirectory, "Differential", "read_archives.py");

    [PythonFact]
    public Task Python_reads_an_accepted_wheel_the_same_way() =>
        CompareAsync('z', "foo-1.0-py3-none-any.whl", seed => new ZipMutator(seed).Mutate());

    [PythonFact]
    public Task Python_reads_an_accepted_sdist_the_same_way() =>
        CompareAsync('t', "foo-1.0.tar.gz", seed => new TarMutator(seed).Mutate());

    async Task CompareAsync(char kind, string fileName, Func<int, byte[]> mutate)
    {
        var (count, pythons) = Environment.GetEnvironmentVariable("PYREPO_MUTATIONS") is { Length: > 0 } text
            ? (int.Parse(text, CultureInfo.InvariantCulture), PythonInterpreter.All)
            : (DefaultCount, PythonInterpreter.Few);
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "archives");
        var accepted = new List<(int Seed, ArchiveListing Listing)>();
        using (var writer = new BinaryWriter(File.Create(file)))
        {
            for (var seed = 0; seed < count; seed++)
            {
                var archive = mutate(seed);
                if (ArchiveListing.Read(archive, fileName) is not { } listing)
                    continue;
                writer.Write((byte)kind);
                writer.Write(archive.Length);
                writer.Write(archive);
                accepted.Add((seed, listing));
            }
        }
        output.WriteLine($"{count} archives, {accepted.Count} accepted, {count - accepted.Count} rejected");
        // With fewer, the comparison would say little; with more, the archives would not be unusual.
        Assert.InRange(accepted.Count, count / 10, count * 9 / 10);
        var answers = await Task.WhenAll(pythons.Select(python => python.RunAsync(_script, file)));
        var problems = pythons.Zip(answers, (python, lines) => Disagreements(python, accepted, lines))
            .SelectMany(found => found).ToList();
        Assert.True(problems.Count == 0, $"{problems.Count} disagreements:\n" + string.Join('\n', problems.Take(20)));
    }

    List<string> Disagreements(
        PythonInterpreter python, List<(int Seed, ArchiveListing Listing)> accepted, string[] lines)
    {
        Assert.Equal(accepted.Count, lines.Length);
        var problems = accepted.Zip(lines, (archive, line) => (archive.Seed, Problem: Compare(archive.Listing, line)))
            .Where(compared => compared.Problem is not null)
            .Select(compared => $"Python {python.Version}, archive {compared.Seed}: {compared.Problem}").ToList();
        output.WriteLine($"Python {python.Version} ({python.Program}): {problems.Count} disagreements");
        return problems;
    }

    static string? Compare(ArchiveListing listing, string line)
    {
        using var answer = JsonDocument.Parse(line);
        var root = answer.RootElement;
        if (root.TryGetProperty("error", out var error))
            return error.GetString();
        return Differ("members", listing.Members, root.GetProperty("members"))
            ?? Differ("streamed members", listing.Streamed, root.GetProperty("streamed"))
            ?? CompareMetadata(listing.Metadata, root.GetProperty("tree"));
    }

    static string? Differ(string what, IReadOnlyList<ListedMember> ours, JsonElement theirs)
    {
        if (theirs.ValueKind == JsonValueKind.Null)
            return null;
        var listed = theirs.EnumerateArray().Select(ListedMember.Read).ToList();
        return ours.SequenceEqual(listed)
            ? null
            : $"{what} [{string.Join(", ", ours.Except(listed))}] are [{string.Join(", ", listed.Except(ours))}]";
    }

    /// <summary>The metadata must be what lies there after extraction.</summary>
    static string? CompareMetadata(ArchiveContent content, JsonElement tree)
    {
        if (content.Metadata is null)
            return null;
        var isBelowTop = content.MetadataPath!.EndsWith("/PKG-INFO", StringComparison.Ordinal);
        var path = isBelowTop ? "PKG-INFO" : content.MetadataPath;
        var found = tree.EnumerateArray().Any(file => ListedMember.GetText(file[0]) == path
            && file[1].GetInt64() == content.Metadata.Length
            && file[2].GetUInt32() == Crc32.HashToUInt32(content.Metadata));
        return found ? null : $"{path} is another file after extraction";
    }
}

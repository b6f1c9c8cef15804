using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Inspection;
using PyRepo.Testing;

namespace PyRepo.Packaging.Tests.Inspection;

/// <summary>The 142 distributions of the corpus, and the wheels of Python's tools.</summary>
public sealed class RealArchivesTests(ITestOutputHelper output)
{
    const int TailLength = 40 << 10, MaxLength = 64 << 10;

    [AssetFact("corpus/files")]
    public void Nothing_of_the_corpus_looks_like_an_attack() => CheckAll(
        Directory.GetFiles(Assets.GetPath("corpus/files")));

    [AssetFact("python/wheels")]
    public void Nothing_of_Pythons_tools_looks_like_an_attack() => CheckAll(GetTools());

    [AssetFact("python/wheels")]
    public void Two_ranges_of_64_KiB_say_the_same_as_the_whole_wheel()
    {
        var (all, complete, tooLarge) = (0, 0, new List<string>());
        foreach (var path in GetTools().Concat(Directory.GetFiles(Assets.GetPath("corpus/files"), "*.whl")))
        {
            var name = BuiltWheel.Parse(Path.GetFileName(path));
            var bytes = File.ReadAllBytes(path);
            var whole = ArchiveInspector.Inspect(new MemoryStream(bytes), name);
            all++;
            var from = Math.Max(0, bytes.Length - TailLength);
            using var ranges = new PartialStream(bytes, from);
            if (ArchiveInspector.FindSecondRange(ranges, name, from, MaxLength - TailLength) is not { } second)
            {
                tooLarge.Add(name.FileName);
                continue;
            }
            ranges.Add(second);
            Assert.InRange(ranges.BytesRead, 0, MaxLength);
            var facts = ArchiveInspector.InspectRanges(ranges, name)!;
            Assert.Null(facts.Problem);
            Assert.Equal(whole.TopLevel, facts.TopLevel);
            Assert.Equal(whole.StartupFiles, facts.StartupFiles);
            Assert.Equal(whole.NativeFiles, facts.NativeFiles);
            complete += facts.IsPartial ? 0 : 1;
        }
        output.WriteLine($"{all} wheels, {complete} of them completely; too large: {string.Join(", ", tooLarge)}");
        Assert.InRange(complete, all * 9 / 10, all);
    }

    static void CheckAll(IEnumerable<string> paths)
    {
        var touched = new List<string>();
        foreach (var path in paths)
        {
            var name = BuiltWheel.Parse(Path.GetFileName(path));
            using var stream = File.OpenRead(path);
            var facts = ArchiveInspector.Inspect(stream, name);
            if (facts is not
                {
                    Problem: null, StartupFiles: [], Commands: [], Unrecorded: [], Missing: [], IsPartial: false,
                })
            {
                touched.Add($"{name.FileName}: {facts.Problem} {string.Join(' ', facts.StartupFiles)} "
                    + $"{string.Join(' ', facts.Commands)} {string.Join(' ', facts.Unrecorded)} "
                    + string.Join(' ', facts.Missing));
            }
        }
        Assert.Empty(touched);
    }

    static IEnumerable<string> GetTools() => ((string[])["python/wheels", "python/wheels-old"])
        .SelectMany(folder => Directory.GetFiles(Assets.GetPath(folder), "*.whl"));
}

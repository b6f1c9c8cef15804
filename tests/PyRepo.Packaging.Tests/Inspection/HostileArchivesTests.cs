using PyRepo.Packaging.Inspection;
using PyRepo.Packaging.Tests.Metadata;

namespace PyRepo.Packaging.Tests.Inspection;

public sealed class HostileArchivesTests
{
    const int Mutations = 4000;

    /// <summary>The memory of the facts about an archive, whatever it holds.</summary>
    const long MaxWeight = 70_000;

    [Fact]
    public void Every_mutation_of_a_wheel_ends_with_bounded_facts()
    {
        var wheel = new BuiltWheel().With("demo.pth", "import os\n").With("demo/x.so").With("demo-1.0.data/scripts/pip")
            .With("demo-1.0.dist-info/entry_points.txt", "[console_scripts]\npython = a:b\n");
        var (sound, name) = (wheel.ToBytes(), wheel.Name);
        var random = new Random(42);
        foreach (var i in Enumerable.Range(0, Mutations))
        {
            var bytes = Mutate(sound, random);
            var facts = ArchiveInspector.Inspect(new MemoryStream(bytes), name);
            Assert.True(facts.GetWeight() < MaxWeight, $"mutation {i} has facts of {facts.GetWeight()} bytes");
            var from = Math.Max(0, bytes.Length - (bytes.Length / 2));
            using var ranges = new PartialStream(bytes, from);
            if (ArchiveInspector.FindSecondRange(ranges, name, from, 200) is { } second)
            {
                Assert.InRange(second.Length, 0, 200);
                Assert.InRange(second.Start, 0, bytes.Length);
                ranges.Add(second);
            }
            ArchiveInspector.InspectRanges(ranges, name);
        }
    }

    [Fact]
    public void Every_mutation_of_a_sdist_ends_with_bounded_facts()
    {
        var sound = new TarBuilder().Add("demo-1.0/PKG-INFO", ZipBuilder.SoundMetadata)
            .Add("demo-1.0/x.pth", "import os").Build();
        var random = new Random(43);
        foreach (var _ in Enumerable.Range(0, Mutations / 4))
        {
            var bytes = Mutate(sound, random);
            var (tar, gzip) = (BuiltWheel.Parse("demo-1.0.tar"), BuiltWheel.Parse("demo-1.0.tar.gz"));
            Assert.True(ArchiveInspector.Inspect(new MemoryStream(bytes), tar).GetWeight() < MaxWeight);
            var gzipped = new MemoryStream(TarBuilder.Gzip(bytes));
            Assert.True(ArchiveInspector.Inspect(gzipped, gzip).GetWeight() < MaxWeight);
        }
    }

    [Fact]
    public void What_is_kept_of_very_many_names_is_bounded()
    {
        var wheel = new BuiltWheel
        {
            Metadata = "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n"
                + string.Concat(Enumerable.Range(0, 5000).Select(i => $"Requires-Dist: {new string('a', 100)}{i}\n")),
        };
        foreach (var i in Enumerable.Range(0, 2000))
            wheel.With($"{new string('m', 150)}{i}.py").With($"{new string('\u0001', 190)}{i}.pth", "import os");
        var facts = wheel.Inspect();
        Assert.True(facts.GetWeight() < MaxWeight, $"{facts.GetWeight()}");
        Assert.Contains("top level", facts.Problem);
    }

    [Theory]
    [InlineData(513, "a", true)]
    [InlineData(512, "a", false)]
    [InlineData(100, "a-name-of-so-many-letters-that-nobody-would-call-a-project-so-who-had-to-type-it-at-times", true)]
    public void One_that_requires_too_many_projects_to_be_compared_says_so(int count, string name, bool isTooMany)
    {
        var facts = new BuiltWheel
        {
            Metadata = "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n"
                + string.Concat(Enumerable.Range(0, count).Select(i => $"Requires-Dist: {name}{i}\n")),
        }.Inspect();
        Assert.Equal(isTooMany, facts.Problem is not null);
        Assert.True(facts.GetWeight() < MaxWeight, $"{facts.GetWeight()}");
    }

    [Theory]
    [InlineData("evil.pth\0/", "NUL")]
    [InlineData("evil.pth\0.txt", "NUL")]
    [InlineData("demo/_x.so\0.txt", "NUL")]
    [InlineData("c:evil.pth", "outside")]
    [InlineData("demo-1.0.data/purelib/c:evil.pth", "outside")]
    [InlineData("demo-1.0.data\\scripts\\c:python.exe", "outside")]
    [InlineData("other-1.0.dist-info/METADATA", "both")]
    [InlineData("a.DIST-INFO/x", "both")]
    [InlineData("DEMO-1.0.dist-info/METADATA", "both")]
    [InlineData("demo-1.0.dist-info/METADATA", "second")]
    [InlineData("demo-1.0.dist-info/metadata", "second")]
    [InlineData("demo-1.0.dist-info/record", "second")]
    [InlineData("demo-1.0.dist-info\\Record", "second")]
    [InlineData("demo-1.0.dist-info/record.", "second")]
    public void A_wheel_that_programs_would_read_differently_is_unreadable(string name, string problem) =>
        Assert.Contains(problem, new BuiltWheel().With(name).Inspect().Problem);

    [Fact]
    public void A_member_that_is_too_long_to_be_read_makes_the_archive_unreadable()
    {
        var lines = new string('\n', 17 << 20);
        Assert.Contains("RECORD has", new BuiltWheel { Record = lines }.Inspect().Problem);
        Assert.Contains("METADATA has", new BuiltWheel { Metadata = lines }.Inspect().Problem);
        var entryPoints = new BuiltWheel().With("demo-1.0.dist-info/entry_points.txt", lines);
        Assert.Contains("entry_points.txt has", entryPoints.Inspect().Problem);
        var sdist = new TarBuilder().Add("demo-1.0/PKG-INFO", lines).Build();
        var facts = ArchiveInspector.Inspect(new MemoryStream(sdist), BuiltWheel.Parse("demo-1.0.tar"));
        Assert.Contains("PKG-INFO", facts.Problem);
    }

    [Theory]
    [InlineData("evil-dep>=0.1<2")]
    [InlineData("evil-dep>=0.*")]
    [InlineData("evil-dep>='0.1'")]
    [InlineData("evil_dep >dev")]
    [InlineData(" Evil.Dep[x] @ https://example.org/")]
    [InlineData("evil-dep; this is no marker")]
    public void A_requirement_that_only_some_installers_understand_is_one(string requirement) =>
        Assert.Equal(["evil-dep"], Inspect(requirement).Requirements!);

    [Fact]
    public void A_requirement_with_an_endless_name_makes_the_archive_unreadable()
    {
        Assert.Null(Inspect(new string('a', 200)).Problem);
        Assert.Contains("name of 201", Inspect(new string('a', 201)).Problem);
    }

    [Fact]
    public void A_wheel_with_two_zip64_end_records_is_unreadable()
    {
        var sound = new ZipBuilder().AddDistInfo().Build(zip64: true);
        Assert.Null(Inspect(sound).Problem);
        // The locator still says where the first record is, and the second one lies before it.
        const int ends = 22 + 20, length = 56;
        byte[] twice = [.. sound[..^ends], .. sound[^(ends + length)..]];
        Assert.Contains("ZIP64", Inspect(twice).Problem);
        Assert.Contains("ZIP64", Inspect(new ZipBuilder().AddDistInfo().Build(zip64: true, extensible: 56)).Problem);

        static ArchiveFacts Inspect(byte[] wheel) => ArchiveInspector.Inspect(
            new MemoryStream(wheel), BuiltWheel.Parse("demo-1.0-py3-none-any.whl"));
    }

    static ArchiveFacts Inspect(string requirement) => new BuiltWheel
    {
        Metadata = $"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\nRequires-Dist: {requirement}\n",
    }.Inspect();

    static byte[] Mutate(byte[] sound, Random random)
    {
        var bytes = sound.ToArray();
        foreach (var _ in Enumerable.Range(0, random.Next(1, 6)))
        {
            // Most of what matters in a ZIP is near its end.
            var at = random.Next(2) == 0 ? random.Next(bytes.Length) : bytes.Length - 1 - random.Next(bytes.Length / 3);
            bytes[at] = random.Next(3) switch
            {
                0 => 0xff,
                1 => 0,
                _ => (byte)random.Next(256),
            };
        }
        return random.Next(10) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }
}

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

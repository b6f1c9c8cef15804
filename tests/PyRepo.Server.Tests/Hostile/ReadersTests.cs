using System.Globalization;
using System.Text.Json;
using PyRepo.Packaging.Metadata;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Platform.Admission;

namespace PyRepo.Server.Tests.Hostile;

/// <summary>
/// No reader of what a stranger supplies computes long, whatever the text is made of. With <c>PYREPO_TEXTS=1000</c>,
/// each gets so many texts; without it, a few.
/// </summary>
[Trait("Cost", "high")]
public sealed class ReadersTests(ITestOutputHelper output)
{
    const int DefaultCount = 8;

    static readonly TimeSpan _most = TimeSpan.FromSeconds(1);

    public static TheoryData<string> Names => [.. HostileReaders.All.Select(reader => reader.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void No_text_takes_a_second(string name)
    {
        var reader = HostileReaders.All.Single(reader => reader.Name == name);
        var count = Environment.GetEnvironmentVariable("PYREPO_TEXTS") is { Length: > 0 } number
            ? int.Parse(number, CultureInfo.InvariantCulture)
            : DefaultCount;
        var (longest, of) = (TimeSpan.Zero, 0);
        for (var seed = 1; seed <= count; seed++)
        {
            var took = Measure(reader, HostileText.Make(reader, seed), seed);
            if (took > longest)
                (longest, of) = (took, seed);
        }
        output.WriteLine($"{count} texts; at most {longest.TotalMilliseconds:0} ms, seed {of}");
    }

    /// <summary>Code that is being compiled while it runs is slower, so that the second time may count.</summary>
    static TimeSpan Measure(HostileReader reader, string text, int seed)
    {
        for (var attempt = 1; ; attempt++)
        {
            var began = ThreadTime.OfCurrent();
            Read(reader, text, seed);
            var took = ThreadTime.OfCurrent() - began;
            if (took < _most)
                return took;
            Assert.True(attempt < 3, $"{reader.Name}, seed {seed}: it took {took}: {text[..300]}");
        }
    }

    static void Read(HostileReader reader, string text, int seed)
    {
        try
        {
            reader.Read(text);
        }
        catch (Exception error) when (IsRefusal(error))
        {
        }
        catch (Exception error)
        {
            Assert.Fail($"{reader.Name}, seed {seed}: {error}");
        }
    }

    static bool IsRefusal(Exception error) =>
        error is FormatException or JsonException or PageFormatException or ArchiveException or InvalidDataException;
}

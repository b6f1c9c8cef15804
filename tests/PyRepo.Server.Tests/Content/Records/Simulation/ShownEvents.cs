using System.Globalization;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Tests.Content.Records.Simulation;

/// <summary>The events of one project that people were told of. Events are numbers below 64.</summary>
/// <param name="isStrict">Whether a page must have all that any page had. If not, all that was acknowledged.</param>
sealed class ShownEvents(bool isStrict)
{
    /// <summary>How many events there can be.</summary>
    public const int Max = 64;

    ulong _acknowledged;
    ulong _shown;

    /// <summary>The number of the next event.</summary>
    public int Next { get; set; }

    /// <summary>How many were acknowledged.</summary>
    public int Acknowledged => (int)ulong.PopCount(_acknowledged);

    /// <summary>What a page that is asked for now must have.</summary>
    public ulong Required => isStrict ? _shown : _acknowledged;

    /// <summary>The file that an event of a project adds.</summary>
    public static string GetFile(ProjectName project, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{project.Value}-1.{number}.tar.gz");

    /// <summary>The set of the events that add files.</summary>
    public static ulong GetSet(IEnumerable<string> files)
    {
        var set = 0UL;
        foreach (var file in files)
        {
            var number = file.AsSpan(file.IndexOf('.', StringComparison.Ordinal) + 1);
            number = number[..number.IndexOf('.')];
            set |= 1UL << int.Parse(number, CultureInfo.InvariantCulture);
        }
        return set;
    }

    /// <summary>Notes that an event was acknowledged.</summary>
    public void Acknowledge(int number)
    {
        _acknowledged |= 1UL << number;
        _shown |= 1UL << number;
    }

    /// <summary>Notes a page.</summary>
    public void Show(ulong page) => _shown |= page;

    /// <summary>Returns the acknowledged events that are not in a set.</summary>
    public ulong FindLost(ulong there) => _acknowledged & ~there;
}

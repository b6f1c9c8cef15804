using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Metadata;

namespace PyRepo.Packaging.Inspection;

/// <summary>
/// Finds out what the installation of a distribution would do, without running or importing anything of it. For every
/// input it ends with facts, or says why there are none.
/// </summary>
public static class ArchiveInspector
{
    /// <summary>Inspects a distribution that is there as a whole.</summary>
    /// <param name="stream">The file, which can seek. It is not closed.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Cancels the inspection.</param>
    public static ArchiveFacts Inspect(
        Stream stream, DistributionFileName name, CancellationToken cancellationToken = default)
    {
        try
        {
            return name.PackageType switch
            {
                PackageType.Wheel => new WheelInspection(stream, name, cancellationToken).Run(),
                PackageType.Sdist => new SdistInspection(stream, name, cancellationToken).Run(),
                _ => new ArchiveFacts(), // No installer of today takes it.
            };
        }
        catch (Exception problem) when (problem is ArchiveException or InvalidDataException or EndOfStreamException)
        {
            return ArchiveFacts.Unreadable(GetText(problem));
        }
    }

    /// <summary>Inspects a wheel of which only some ranges are there.</summary>
    /// <param name="stream">The wheel. Reading what is not there throws an <see cref="EndOfStreamException"/>.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Cancels the inspection.</param>
    /// <returns>The facts, or null if too little is there.</returns>
    public static ArchiveFacts? InspectRanges(
        Stream stream, DistributionFileName name, CancellationToken cancellationToken = default)
    {
        try
        {
            return new WheelInspection(stream, name, cancellationToken).Run();
        }
        catch (EndOfStreamException)
        {
            return null;
        }
        catch (Exception problem) when (problem is ArchiveException or InvalidDataException)
        {
            return ArchiveFacts.Unreadable(GetText(problem));
        }
    }

    /// <summary>Chooses the second range to read of a wheel of which only the end is there.</summary>
    /// <param name="stream">The wheel, as above.</param>
    /// <param name="name">Its name.</param>
    /// <param name="from">The first byte that is there.</param>
    /// <param name="maxLength">The bytes that may be read.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <returns>The range, empty if nothing more is needed; null if it would be too long.</returns>
    public static (long Start, int Length)? FindSecondRange(
        Stream stream, DistributionFileName name, long from, int maxLength,
        CancellationToken cancellationToken = default)
    {
        try
        {
            return new WheelInspection(stream, name, cancellationToken).FindSecondRange(from, maxLength);
        }
        catch (EndOfStreamException)
        {
            return null;
        }
        catch (Exception problem) when (problem is ArchiveException or InvalidDataException)
        {
            return (from, 0); // The inspection says what is wrong.
        }
    }

    static string GetText(Exception problem) =>
        problem is EndOfStreamException ? "it is cut off" : problem.Message.TrimEnd('.');
}

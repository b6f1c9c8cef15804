using PyRepo.Packaging.FileNames;

namespace PyRepo.Packaging.Metadata;

/// <summary>Reads a distribution of any type: checks that it matches its name and can be read to its end, and extracts
/// its metadata.</summary>
public static class DistributionArchive
{
    const string EggMetadata = "EGG-INFO/PKG-INFO";

    /// <summary>Reads a distribution.</summary>
    /// <remarks>.NET does not support bzip2, xz, lzip or compress. For such archives only the first bytes are checked,
    /// and there is no metadata. The same applies to installers (<c>.exe</c>, which must contain a ZIP, <c>.msi</c>,
    /// <c>.rpm</c>, <c>.deb</c>). A <c>.dmg</c> has no signature to check.</remarks>
    /// <param name="stream">A seekable stream. It is not closed.</param>
    /// <param name="name">The parsed file name.</param>
    /// <param name="strict">True for an upload: rejects everything that installers reject, or that could deceive them.
    /// False for an existing file, which only has to be readable to its end.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ArchiveException">The distribution is rejected. The message says why.</exception>
    public static ArchiveContent Read(
        Stream stream, DistributionFileName name, bool strict, CancellationToken cancellationToken = default)
    {
        if (strict && UploadFormat.Problem(name) is { } unwanted)
            throw new ArchiveException(unwanted);
        try
        {
            return name.PackageType switch
            {
                PackageType.Wheel => ReadWheel(stream, name, strict, cancellationToken),
                PackageType.Sdist or PackageType.Dumb => ReadSdist(stream, name, strict, cancellationToken),
                PackageType.Egg => ReadEgg(stream, strict, cancellationToken),
                PackageType.WinInst => ReadInstaller(stream, cancellationToken),
                PackageType.VariantsIndex => VariantsIndex.Check(stream),
                _ => FileSignature.Check(stream, name.FileName),
            };
        }
        catch (EndOfStreamException problem)
        {
            throw new ArchiveException($"The file {name.FileName} is cut off.", problem);
        }
    }

    /// <summary>Finds the metadata of a distribution that was read as a whole before, and reads no more of it than that
    /// takes: of a ZIP its directory, of a tar what is before the metadata.</summary>
    /// <returns>The metadata, or null if there is none.</returns>
    /// <exception cref="ArchiveException">The distribution is broken, or costs too much.</exception>
    public static byte[]? ReadMetadata(
        Stream stream, DistributionFileName name, CancellationToken cancellationToken = default) =>
        name.PackageType == PackageType.Sdist
            && FileExtension.TryFind(name.FileName, out var extension) && extension.Canonical == ".tar.gz"
            ? SdistArchive.FindInTarGz(stream, cancellationToken).Metadata
            : Read(stream, name, strict: false, cancellationToken).Metadata;

    static ArchiveContent ReadWheel(
        Stream stream, DistributionFileName name, bool strict, CancellationToken cancellationToken)
    {
        if (name.Wheel is null)
        {
            if (strict)
                throw new ArchiveException(
                    $"{name.FileName} is not a valid wheel file name; installers would ignore it.");
            ZipMemberFinder.Find(stream, strict, _ => false, cancellationToken);
            return ArchiveContent.WithoutMetadata;
        }
        if (strict)
            return WheelArchive.CheckContent(stream, name.Wheel, cancellationToken);
        return WheelArchive.Find(stream, name.Wheel, cancellationToken);
    }

    static ArchiveContent ReadSdist(
        Stream stream, DistributionFileName name, bool strict, CancellationToken cancellationToken)
    {
        FileExtension.TryFind(name.FileName, out var extension);
        var content = extension?.Canonical switch
        {
            ".tar.gz" => SdistArchive.ReadTarGz(stream, strict, cancellationToken),
            ".zip" => SdistArchive.ReadZip(stream, strict, cancellationToken),
            ".tar" => SdistArchive.ReadTar(stream, cancellationToken),
            _ => FileSignature.Check(stream, name.FileName),
        };
        return name.PackageType == PackageType.Dumb ? ArchiveContent.WithoutMetadata : content;
    }

    static ArchiveContent ReadEgg(Stream stream, bool strict, CancellationToken cancellationToken)
    {
        var entry = ZipMemberFinder.Find(stream, strict, path => path == EggMetadata, cancellationToken);
        return entry is null
            ? ArchiveContent.WithoutMetadata
            : new ArchiveContent(ZipMember.ReadAll(stream, entry), entry.Name);
    }

    /// <summary>A Windows program followed by a ZIP.</summary>
    static ArchiveContent ReadInstaller(Stream stream, CancellationToken cancellationToken)
    {
        FileSignature.Check(stream, ".exe");
        ZipMemberFinder.Find(stream, strict: false, _ => false, cancellationToken);
        return ArchiveContent.WithoutMetadata;
    }
}

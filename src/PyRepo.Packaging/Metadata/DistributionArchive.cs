using PyRepo.Packaging.FileNames;

namespace PyRepo.Packaging.Metadata;

/// <summary>Reads a distribution of any kind: that it is what its name promises and opens to its end, and its
/// metadata.</summary>
public static class DistributionArchive
{
    const string EggMetadata = "EGG-INFO/PKG-INFO";

    /// <summary>Reads a distribution.</summary>
    /// <remarks>.NET has no bzip2, xz, lzip or compress: of such archives only the first bytes are checked, and there
    /// is no metadata. The same holds for installers (<c>.exe</c>, whose ZIP must be there, <c>.msi</c>, <c>.rpm</c>,
    /// <c>.deb</c>); <c>.dmg</c> has no mark to check.</remarks>
    /// <param name="stream">A seekable stream; it is read from wherever needed, and not closed.</param>
    /// <param name="name">What its file name says.</param>
    /// <param name="strict">True for an upload: everything is refused that installers refuse, or that could deceive
    /// them. False for a file that is already there: it must open to its end.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ArchiveException">It is refused; the message says why in one sentence.</exception>
    public static ArchiveContent Read(
        Stream stream, DistributionFileName name, bool strict, CancellationToken cancellationToken = default)
    {
        try
        {
            return name.PackageType switch
            {
                PackageType.Wheel => ReadWheel(stream, name, strict, cancellationToken),
                PackageType.Sdist or PackageType.Dumb => ReadSdist(stream, name, strict, cancellationToken),
                PackageType.Egg => ReadEgg(stream, strict, cancellationToken),
                PackageType.WinInst => ReadInstaller(stream, cancellationToken),
                _ => FileSignature.Check(stream, name.FileName),
            };
        }
        catch (EndOfStreamException problem)
        {
            throw new ArchiveException($"The file {name.FileName} is cut off.", problem);
        }
    }

    static ArchiveContent ReadWheel(
        Stream stream, DistributionFileName name, bool strict, CancellationToken cancellationToken)
    {
        if (name.Wheel is null)
        {
            if (strict)
                throw new ArchiveException(
                    $"{name.FileName} is not a wheel's file name; installers would not read it.");
            ZipMemberFinder.Find(stream, strict, _ => false, cancellationToken);
            return ArchiveContent.WithoutMetadata;
        }
        if (strict)
            return WheelArchive.CheckContent(stream, name.Wheel, cancellationToken);
        ZipMemberFinder.Find(stream, strict, _ => false, cancellationToken);
        return WheelArchive.Find(stream, name.Wheel);
    }

    static ArchiveContent ReadSdist(
        Stream stream, DistributionFileName name, bool strict, CancellationToken cancellationToken)
    {
        var isDumb = name.PackageType == PackageType.Dumb;
        FileExtension.TryFind(name.FileName, out var extension);
        var content = extension?.Canonical switch
        {
            ".tar.gz" => SdistArchive.ReadTarGz(stream, strict && !isDumb, cancellationToken),
            ".zip" => SdistArchive.ReadZip(stream, strict && !isDumb, cancellationToken),
            ".tar" => SdistArchive.ReadTar(stream, strict && !isDumb, cancellationToken),
            _ => FileSignature.Check(stream, name.FileName),
        };
        return isDumb ? ArchiveContent.WithoutMetadata : content;
    }

    static ArchiveContent ReadEgg(Stream stream, bool strict, CancellationToken cancellationToken)
    {
        var entry = ZipMemberFinder.Find(stream, strict, path => path == EggMetadata, cancellationToken);
        return entry is null
            ? ArchiveContent.WithoutMetadata
            : new ArchiveContent(ZipMember.ReadAll(stream, entry), entry.Name);
    }

    /// <summary>A Windows program with a ZIP behind it.</summary>
    static ArchiveContent ReadInstaller(Stream stream, CancellationToken cancellationToken)
    {
        FileSignature.Check(stream, ".exe");
        ZipMemberFinder.Find(stream, strict: false, _ => false, cancellationToken);
        return ArchiveContent.WithoutMetadata;
    }
}

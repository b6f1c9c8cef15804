using System.Collections.Immutable;
using PyRepo.Packaging.Versions;

namespace PyRepo.Server.Content.Repositories;

/// <summary>The files of a project in a page's order. It never changes: a change makes another one.</summary>
sealed class SortedDistributions(ImmutableArray<DistributionBlock> blocks)
{
    /// <summary>The files, in order.</summary>
    public ImmutableArray<DistributionBlock> Blocks => blocks;

    /// <summary>The number of files.</summary>
    public int Count { get; } = blocks.Sum(block => block.Files.Length);

    /// <summary>The file that users most likely want, or none.</summary>
    public PackedDistribution MostWanted
    {
        get
        {
            PackedDistribution wanted = default;
            foreach (var block in blocks)
            {
                if (wanted.IsDefault || block.MostWanted.CompareWanted(wanted) > 0)
                    wanted = block.MostWanted;
            }
            return wanted;
        }
    }

    /// <summary>Sorts files.</summary>
    /// <param name="files">The files.</param>
    /// <param name="previous">An earlier state of the project, whose blocks are used where they are the same.</param>
    public static SortedDistributions From(IEnumerable<PackedDistribution> files, SortedDistributions? previous = null)
    {
        PackedDistribution[] sorted = [.. files];
        Array.Sort(sorted, static (a, b) => a.CompareTo(b));
        var known = previous?.Blocks.ToDictionary(block => block.Files[0]) ?? [];
        return new SortedDistributions([.. DistributionBlock.Cut([.. sorted]).Select(block =>
            known.TryGetValue(block.Files[0], out var same) && same.Files.SequenceEqual(block.Files) ? same : block)]);
    }

    /// <summary>Returns the same with a file more.</summary>
    public SortedDistributions With(PackedDistribution file)
    {
        if (blocks.IsEmpty)
            return From([file]);
        var index = GetBlock(file.OrderKey);
        return WithBlock(index, blocks[index].Files.Insert(PlaceIn(index, file.OrderKey, file.Name).Place, file));
    }

    /// <summary>Returns the same without a file that is among them.</summary>
    public SortedDistributions Without(PackedDistribution file)
    {
        var index = GetBlock(file.OrderKey);
        return WithBlock(index, blocks[index].Files.RemoveAt(PlaceIn(index, file.OrderKey, file.Name).Place));
    }

    /// <summary>Finds a file by its place.</summary>
    public PackedDistribution? Find(ReadOnlySpan<byte> orderKey, ReadOnlySpan<byte> name)
    {
        if (blocks.IsEmpty)
            return null;
        var index = GetBlock(orderKey);
        var (place, isThere) = PlaceIn(index, orderKey, name);
        return isThere ? blocks[index].Files[place] : null;
    }

    /// <summary>Finds the files of a release.</summary>
    public IEnumerable<PackedDistribution> OfRelease(byte[] orderKey)
    {
        if (blocks.IsEmpty)
            yield break;
        var index = GetBlock(orderKey);
        var files = blocks[index].Files;
        // No file is before the empty name.
        for (var place = PlaceIn(index, orderKey, []).Place;
            place < files.Length && files[place].OrderKey.SequenceEqual(orderKey); place++)
        {
            yield return files[place];
        }
    }

    /// <summary>Returns the files of a version, in any spelling.</summary>
    /// <param name="version">The version.</param>
    /// <param name="unpack">Unpacks a file.</param>
    public IEnumerable<Distribution> OfVersion(string version, Func<PackedDistribution, Distribution> unpack)
    {
        var files = OfRelease(DistributionPacker.GetOrderKey(version)).Select(unpack);
        // Old names have an underscore in a version, which is none as it is written there.
        return PythonVersion.TryParse(version, out _) ? files : files.Concat(
            OfRelease(DistributionPacker.GetOrderKey(version.Replace('_', '-'))).Select(unpack)
                .Where(file => file.Name.IsOf(version))).DistinctBy(file => file.Name.FileName);
    }

    /// <summary>
    /// The last block that does not begin after a release. All files of a release are in one block, so theirs are
    /// there, and a file that comes before the others belongs there, too.
    /// </summary>
    int GetBlock(ReadOnlySpan<byte> orderKey)
    {
        var (first, last) = (0, blocks.Length - 1);
        while (first < last)
        {
            var middle = (first + last + 1) / 2;
            if (blocks[middle].Files[0].OrderKey.SequenceCompareTo(orderKey) <= 0)
                first = middle;
            else
                last = middle - 1;
        }
        return first;
    }

    /// <summary>Where a file is in a block, or would be.</summary>
    (int Place, bool IsThere) PlaceIn(int block, ReadOnlySpan<byte> orderKey, ReadOnlySpan<byte> name)
    {
        var files = blocks[block].Files;
        var (first, end) = (0, files.Length);
        while (first < end)
        {
            var middle = (first + end) / 2;
            if (files[middle].CompareTo(orderKey, name) < 0)
                first = middle + 1;
            else
                end = middle;
        }
        return (first, first < files.Length && files[first].CompareTo(orderKey, name) == 0);
    }

    /// <summary>Cuts a changed block again, with the next one if it does not end with a block's last release.</summary>
    SortedDistributions WithBlock(int index, ImmutableArray<PackedDistribution> files)
    {
        var replaced = 1;
        if (index + 1 < blocks.Length && (files.IsEmpty || !DistributionBlock.EndsBlock(files[^1])))
        {
            files = files.AddRange(blocks[index + 1].Files);
            replaced = 2;
        }
        return new SortedDistributions(
            [.. blocks[..index], .. DistributionBlock.Cut(files), .. blocks[(index + replaced)..]]);
    }
}

using System.Text;
using System.Text.RegularExpressions;
using PyRepo.Release.Files;

namespace PyRepo.Release.Charts;

/// <summary>The chart of a release: the source tree's, with the images' digests and what Artifact Hub shows.</summary>
sealed partial class ReleaseChart
{
    const string Metadata = "Chart.yaml", Values = "values.yaml";

    readonly SortedDictionary<string, string> _files = new(StringComparer.Ordinal);

    ReleaseChart()
    {
    }

    /// <summary>Its files, by their paths in the chart.</summary>
    public IReadOnlyDictionary<string, string> Files => _files;

    /// <summary>Its <c>Chart.yaml</c>.</summary>
    public string MetadataText => _files[Metadata];

    /// <summary>Makes it from the chart's folder.</summary>
    /// <param name="folder">The folder of <c>Chart.yaml</c>.</param>
    /// <param name="version">The version, which must be the folder's.</param>
    /// <param name="images">The images that it names by digest.</param>
    /// <param name="annotations">Lines below <c>annotations</c> in <c>Chart.yaml</c>, in addition to those that are there.</param>
    /// <exception cref="FormatException">The folder has another version, or does not name an image.</exception>
    public static ReleaseChart Make(
        string folder, string version, IEnumerable<ReleasedImage> images, string annotations)
    {
        var chart = new ReleaseChart();
        foreach (var (path, text) in Tarball.TextsBelow(folder))
            chart._files[path] = text;
        var metadata = chart._files[Metadata];
        foreach (Match named in Version().Matches(metadata))
            if (named.Groups["version"].Value != version)
                throw new FormatException($"{Metadata} says {named.Value.Trim()}, and the release is {version}");
        chart._files[Metadata] = Annotations().Replace(metadata, match => match.Value + annotations, 1);
        foreach (var image in images)
            chart._files[Values] = WithDigest(chart._files[Values], image);
        return chart;
    }

    /// <summary>The archive that Helm installs.</summary>
    public byte[] Pack(DateTimeOffset time) => Tarball.Pack(
        from file in _files
        select KeyValuePair.Create($"pyrepo-operator/{file.Key}", Encoding.UTF8.GetBytes(file.Value)), time);

    static string WithDigest(string values, ReleasedImage image)
    {
        var place = new Regex($@"(repository: {Regex.Escape(image.Repository)}\n +tag: """"\n +digest: )""""");
        if (place.Count(values) != 1)
            throw new FormatException($"{Values} does not name {image.Repository} once, with an empty tag and digest");
        return place.Replace(values, $"$1{image.Index.Digest}");
    }

    [GeneratedRegex(@"^(?:version|appVersion): ""?(?<version>[^""\n]+)", RegexOptions.Multiline)]
    private static partial Regex Version();

    [GeneratedRegex(@"^annotations:\n", RegexOptions.Multiline)]
    private static partial Regex Annotations();
}

using PyRepo.Packaging.Simple;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Rendering;

/// <summary>The one place that writes links to files.</summary>
static class FileLinks
{
    /// <summary>From <c>simple/{project}/</c>.</summary>
    public static string FromProjectPage(Distribution file) => "../../" + FromBase(file);

    /// <summary>From the repository's base path.</summary>
    public static string FromBase(Distribution file) =>
        $"packages/{file.Name.Project.Value}/{(file.Sha256 is { } sha256 ? sha256.Prefix16 + "/" : "")}{PathSegment.Encode(file.Name.FileName)}";
}

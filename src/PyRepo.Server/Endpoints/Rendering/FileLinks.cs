using PyRepo.Packaging.Simple;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Rendering;

/// <summary>Creates links to files. No other code does this.</summary>
static class FileLinks
{
    /// <summary>Returns a link relative to <c>simple/{project}/</c>.</summary>
    public static string FromProjectPage(Distribution file) => "../../" + FromBase(file);

    /// <summary>Returns a link relative to <c>@{date}/simple/{project}/</c>.</summary>
    public static string FromDatedPage(Distribution file) => "../" + FromProjectPage(file);

    /// <summary>Returns a link relative to the repository's base path.</summary>
    public static string FromBase(Distribution file) =>
        file.IsLinkedAtUpstream && FileAlias.Find(file) is { } alias ? FileAlias.Folder + alias : FromBaseByHash(file);

    static string FromBaseByHash(Distribution file) =>
        $"packages/{file.Name.Project.Value}/{(file.Sha256 is { } sha256 ? sha256.Prefix16 + "/" : "")}"
        + PathSegment.Encode(file.Name.FileName);
}

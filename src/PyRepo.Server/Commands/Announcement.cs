using System.Buffers;
using PyRepo.Resources;
using PyRepo.Resources.References;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Serving.Configuration;

namespace PyRepo.Server.Commands;

/// <summary>
/// Says what a server serves and, on a laptop, how to use it. It never shows a password, only where it is.
/// </summary>
sealed class Announcement(ServerConfiguration configuration, ServeOptions options, string packages)
{
    static readonly SearchValues<char> _plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./-+");

    /// <summary>Returns the lines about all repositories, by name.</summary>
    public IEnumerable<string> Lines(IEnumerable<RepositoryRegistration> served) =>
        served.OrderBy(repository => repository.Name, StringComparer.Ordinal).SelectMany(GetLines);

    IEnumerable<string> GetLines(RepositoryRegistration repository)
    {
        var url = packages + repository.BasePath;
        if (repository.Unavailable is { } reason)
            return ["", $"Not serving {repository.Name}: it {reason}"];
        if (configuration.IsMounted)
            return [$"Serving {repository.Name} at {url}"];
        return ["", $"Serving {repository.Name} at {url}", .. Install(repository, url), .. Upload(repository, url)];
    }

    static IEnumerable<string> Install(RepositoryRegistration repository, string url)
    {
        var isPublic = repository.Access.IsPublic(null)
            && repository.Members.Values.All(member => member.Access.IsPublic(null));
        var index = isPublic ? url : url.Replace("://", "://USER@", StringComparison.Ordinal);
        return [$"  pip install --index-url {index}simple/ PROJECT"];
    }

    IEnumerable<string> Upload(RepositoryRegistration repository, string url)
    {
        if (repository.Uploads is null)
            return [];
        var login = GetGeneratedPassword(repository) is { } file
            ? $"-u {GeneratedSecret.User} -p \"$(cat {Quoted(file)})\"" : "-u USER";
        return
        [
            $"  twine upload --repository-url {url} {login} dist/*",
            $"  uv publish --publish-url {url} {login} dist/*",
        ];
    }

    /// <summary>
    /// Returns the file with the password of those who may upload, or null if the resource names users. The users of a
    /// group that has none are those of the repository that receives its uploads.
    /// </summary>
    string? GetGeneratedPassword(RepositoryRegistration repository)
    {
        string[] names = [repository.Name, .. repository.UploadsThrough];
        return names.All(name => GetResource(name).Spec().Access is null)
            ? CredentialsFile.GetPath(options.Data, names[^1]) : null;
    }

    Resource GetResource(string name) =>
        configuration.Manifests.Resources.First(resource => resource.Metadata.Name == name);

    /// <summary>Quotes a path for a shell, if it has to be.</summary>
    public static string Quoted(string path) => path.AsSpan().ContainsAnyExcept(_plain)
        ? $"'{path.Replace("'", @"'\''", StringComparison.Ordinal)}'" : path;
}

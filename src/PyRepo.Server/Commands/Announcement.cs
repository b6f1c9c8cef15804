using PyRepo.Resources;
using PyRepo.Resources.References;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Endpoints.Web.Clients;
using PyRepo.Server.Serving.Configuration;

namespace PyRepo.Server.Commands;

/// <summary>
/// Says what a server serves and, on a laptop, how to use it. It never shows a password, only where it is.
/// </summary>
sealed class Announcement(ServerConfiguration configuration, ServeOptions options, string packages)
{
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
        return ["", $"Serving {repository.Name} at {url}", Install(url), .. Upload(repository, url)];
    }

    /// <summary>pip asks for user and password itself, unless the URL has a user.</summary>
    static string Install(string url) => $"  pip install --index-url {url}simple/ PROJECT";

    IEnumerable<string> Upload(RepositoryRegistration repository, string url)
    {
        if (repository.Uploads is null)
            return [];
        var login = GetGeneratedPassword(repository) is { } file
            ? $" -u {GeneratedSecret.User} -p \"$(cat {ShellCommand.Quote(file)})\"" : "";
        // Both ask for what is missing, but uv asks for no password if it has a user.
        return
        [
            $"  twine upload --repository-url {url}{login} dist/*",
            $"  uv publish --publish-url {url}{login} dist/*",
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
}

namespace PyRepo.Server.Endpoints.Rendering;

/// <summary>The formats of a Simple API response.</summary>
enum PageFormat
{
    /// <summary>No format that the client accepts.</summary>
    None,

    /// <summary><c>text/html</c>.</summary>
    TextHtml,

    /// <summary><c>application/vnd.pypi.simple.v1+html</c>.</summary>
    Html,

    /// <summary><c>application/vnd.pypi.simple.v1+json</c>.</summary>
    Json,
}

using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Uploads;

/// <summary>The claims about a new file that its bytes do not show: only a Maintainer may make them.</summary>
/// <param name="WhenUploaded">Whether it is said when another repository received it.</param>
/// <param name="WhoPublished">Whether its provenance is vouched for.</param>
readonly record struct FileClaims(bool WhenUploaded, bool WhoPublished)
{
    /// <summary>Whether anything is said.</summary>
    public bool Any => WhenUploaded || WhoPublished;

    /// <summary>Returns the claims in the form of an upload.</summary>
    public static FileClaims From(UploadForm form) => new(form.UploadTime is not null, form.Provenance is not null);

    /// <summary>Returns the claims of a copy of another repository's file.</summary>
    public static FileClaims From(Distribution copied) =>
        new(copied.UploadedAt is not null, copied.Provenance is not null);
}

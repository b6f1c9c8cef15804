using System.Text;

namespace PyRepo.Release.Notes;

/// <summary>The text of a release.</summary>
static class ReleaseNotes
{
    /// <summary>Writes Markdown: the images, how to install and verify them, and the changes.</summary>
    /// <param name="version">The version.</param>
    /// <param name="images">The images with their digests.</param>
    /// <param name="isSigned">Whether there are signatures.</param>
    /// <param name="changes">The changes.</param>
    public static string Write(string version, IReadOnlyList<string> images, bool isSigned, Changelog changes)
    {
        var notes = new StringBuilder($"""
            # PyRepo {version}

            ```
            helm install pyrepo-operator pyrepo-operator-{version}.tgz --namespace pyrepo-system --create-namespace --wait
            ```

            The chart names these images, for amd64 and arm64, by their digests:

            ```
            {string.Join('\n', images)}
            ```

            `kubectl-pyrepo-{version}-linux-amd64.tar.gz` (and `-arm64`) is the plugin `kubectl pyrepo`: unpack it into a
            folder of the `PATH`.


            """);
        notes.Append(isSigned
            ? "Images, chart and checksums are signed with the key `cosign.pub`. `docs/security.md` says how to\n"
                + "verify them, and `docs/run-for-a-company.md` how to bring them into a registry of your own.\n\n"
            : "Nothing of this release is signed.\n\n");
        return notes.Append(changes.Text).ToString();
    }
}

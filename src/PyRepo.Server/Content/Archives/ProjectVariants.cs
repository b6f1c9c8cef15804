using System.Collections.Frozen;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Content.Archives;

/// <summary>
/// The names under which a project is built in another way: <c>psycopg2-binary</c>, <c>tf-nightly-cpu</c>. Such a
/// project has the other's modules by right. All functions are pure.
/// </summary>
/// <remarks>Anybody can register a name that contains another one, so that alone says nothing.</remarks>
static class ProjectVariants
{
    /// <summary>The words that say how something is built, or for what: each may end with a number.</summary>
    static readonly FrozenSet<string> _words = (
        """
        aarch amd apple arm avx bin binary contrib cpu cu cuda debug dev directml free full gpu headless idx intel
        lite lts mac macos minimal mkl musl nightly noavx nocuda nvidia openmp openvino osx prebuilt rocm silicon simd
        skinny slim static stubs threaded tpu types u win windows xpu
        """)
        .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether a project's name consists of another name and of words for how it is built.</summary>
    /// <param name="project">The project.</param>
    /// <param name="name">The other project's name, or that of its module.</param>
    public static bool IsVariant(ProjectName project, string name)
    {
        var wanted = name.ToLowerInvariant().Replace('_', '-').Trim('-').Split('-');
        var found = 0;
        foreach (var word in project.Value.Split('-'))
        {
            if (found < wanted.Length && word == wanted[found])
                found++;
            else if (!IsOfBuild(word))
                return false;
        }
        return found == wanted.Length;
    }

    /// <summary>Whether a word says how something is built: <c>gpu</c>, <c>cuda12x</c>.</summary>
    static bool IsOfBuild(string word)
    {
        if (_words.Contains(word))
            return true;
        var letters = word.TrimEnd('x').TrimEnd(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
        return letters.Length < word.Length && char.IsAsciiDigit(word[letters.Length]) && _words.Contains(letters);
    }
}

using System.Reflection;
using System.Text;
using PyRepo.Kubernetes.Client;

namespace PyRepo.Operator.Tests.Running;

/// <summary>
/// The built operator as another version of itself: the same but for what it says of its version, and for one text if
/// one is given.
/// </summary>
sealed class OtherVersion : IDisposable
{
    readonly TemporaryFolder _folder = new();

    /// <summary>Copies it.</summary>
    /// <param name="text">A text of its program.</param>
    /// <param name="replacement">What stands there instead, of the same length.</param>
    public OtherVersion(string text = "", string replacement = "")
    {
        Assert.Equal(text.Length, replacement.Length);
        var version = typeof(KubernetesClient).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        Version = string.Concat(version.Select(c => char.IsAsciiDigit(c) ? '9' : c));
        foreach (var file in Directory.GetFiles(BuiltProgram.Operator.Output))
        {
            var copy = _folder[Path.GetFileName(file)];
            File.Copy(file, copy);
            if (file.EndsWith(".dll", StringComparison.Ordinal))
                Rename(copy, version);
            if (text.Length > 0 && Path.GetFileName(file) == "pyrepo-operator.dll")
                Replace(copy, Encoding.Unicode.GetBytes(text), Encoding.Unicode.GetBytes(replacement));
        }
    }

    /// <summary>What it calls itself.</summary>
    public string Version { get; }

    /// <summary>The program.</summary>
    public string Program => _folder["pyrepo-operator"];

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    /// <summary>In an attribute's value a text stands after its length.</summary>
    void Rename(string assembly, string version)
    {
        var content = File.ReadAllBytes(assembly);
        byte[] said = [(byte)version.Length, .. Encoding.UTF8.GetBytes(version)];
        for (var at = content.AsSpan().IndexOf(said); at >= 0; at = content.AsSpan().IndexOf(said))
            Encoding.UTF8.GetBytes(Version, content.AsSpan(at + 1));
        File.WriteAllBytes(assembly, content);
    }

    static void Replace(string assembly, byte[] text, byte[] replacement)
    {
        var content = File.ReadAllBytes(assembly);
        var at = content.AsSpan().IndexOf(text);
        Assert.True(at > 0);
        replacement.CopyTo(content.AsSpan(at));
        File.WriteAllBytes(assembly, content);
    }
}

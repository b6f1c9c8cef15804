using System.Security.Cryptography.X509Certificates;

namespace EndToEnd.Proxying;

/// <summary>A certificate authority of a test's own, made with openssl.</summary>
public static class PrivateAuthority
{
    /// <summary>Makes an authority (ca.crt) and a certificate of it for an address.</summary>
    public static async Task<X509Certificate2> MakeAsync(TemporaryFolder folder, string address = "127.0.0.1")
    {
        folder.Write("extensions", $"subjectAltName=IP:{address}\nbasicConstraints=CA:FALSE\n");
        foreach (var arguments in new[]
        {
            "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=tests -keyout ca.key -out ca.crt",
            "req -newkey rsa:2048 -nodes -subj /CN=upstream -keyout server.key -out server.csr",
            "x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 "
                + "-extfile extensions -out server.crt",
        })
        {
            (await new ProgramRun("openssl", arguments.Split(' ')) { Folder = folder.Path }.RunAsync()).MustSucceed();
        }
        return Made(folder);
    }

    /// <summary>The certificate that was made in a folder, once more.</summary>
    public static X509Certificate2 Made(TemporaryFolder folder)
    {
        using var certificate = X509Certificate2.CreateFromPemFile(folder.At("server.crt"), folder.At("server.key"));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>The authority's certificate, as it stands in a YAML block.</summary>
    public static string Indented(TemporaryFolder folder) =>
        string.Join('\n', File.ReadLines(folder.At("ca.crt")).Select(line => "    " + line));
}

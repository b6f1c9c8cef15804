namespace EndToEnd.Proxying;

/// <summary>
/// Proxies whose upstream may take long: it runs in the tests' own process, next to twenty clients that hash what they
/// get.
/// </summary>
public class PatientProxies : ManyProxies
{
    /// <summary>Their pages link to their own URLs.</summary>
    public PatientProxies()
        : this("Own")
    {
    }

    /// <summary>Their pages link to what a test says.</summary>
    protected PatientProxies(string fileUrls)
        : base("60s", fileUrls)
    {
    }
}

using Amazon.Runtime;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>The settings that every client of the SDK gets.</summary>
static class SdkDefaults
{
    /// <summary>
    /// Sets what the SDK would otherwise look for in the environment, in a home folder, or in an instance's metadata.
    /// </summary>
    public static void Apply(ClientConfig config)
    {
        config.DefaultConfigurationMode = DefaultConfigurationMode.Standard;
        config.RetryMode = RequestRetryMode.Standard;
        config.MaxErrorRetry = 0;
        config.MaxStaleConnectionRetries = 0;
        config.ThrottleRetries = false;
        // S3Handler limits the time without progress. A limit for a whole request would fail large ones.
        config.Timeout = Timeout.InfiniteTimeSpan;
        config.AllowAutoRedirect = false;
        config.DisableLogging = true;
        config.IgnoreConfiguredEndpointUrls = true;
        config.UseDualstackEndpoint = false;
        config.UseFIPSEndpoint = false;
        config.DisableRequestCompression = true;
        config.DisableClockSkewCorrection = true;
        config.AccountIdEndpointMode = AccountIdEndpointMode.DISABLED;
        config.RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED;
        config.ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED;
    }
}

using HealthDashboard.Data;
using Microsoft.AspNetCore.DataProtection;

namespace HealthDashboard.Hosting;

internal static class KeyRing
{
    /// <summary>
    /// Keeps the keys that protect cookies and circuits under Data:Directory, so that whoever is signed in stays so when
    /// the server restarts. Several nodes behind one address need the same folder.
    /// </summary>
    public static void AddKeyRing(this WebApplicationBuilder builder)
    {
        builder.Services.AddDataProtection()
            .SetApplicationName("HealthDashboard")
            .PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(StoreRegistration.DataDirectory(builder.Configuration), "keys")));
    }
}

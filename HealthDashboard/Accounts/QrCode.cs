using System.Text;
using QRCoder;

namespace HealthDashboard.Accounts;

/// <summary>A QR code as the path of an SVG picture whose units are its modules.</summary>
/// <param name="Size">Modules a side, with the quiet zone.</param>
/// <param name="Path">The dark ones.</param>
internal sealed record QrCode(int Size, string Path)
{
    public static QrCode Of(string text)
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var path = new StringBuilder();
        for (var y = 0; y < code.ModuleMatrix.Count; y++)
        {
            for (var x = 0; x < code.ModuleMatrix[y].Length; x++)
            {
                if (code.ModuleMatrix[y][x])
                    path.Append(System.Globalization.CultureInfo.InvariantCulture, $"M{x} {y}h1v1h-1z");
            }
        }
        return new(code.ModuleMatrix.Count, path.ToString());
    }
}

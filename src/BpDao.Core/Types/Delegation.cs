namespace BpDao.Core;

/// <summary>The code of an account that lets another's code run for it (EIP-7702): 0xef0100 and an address.</summary>
public static class Delegation
{
    public const int Size = 3 + Address.Size;

    private static ReadOnlySpan<byte> Prefix => [0xef, 0x01, 0x00];

    public static bool TryParse(ReadOnlySpan<byte> code, out Address target)
    {
        bool isDelegation = code.Length == Size && code.StartsWith(Prefix);
        target = isDelegation ? new Address(code[Prefix.Length..]) : default;
        return isDelegation;
    }

    public static byte[] CodeFor(in Address target) => [.. Prefix, .. target.Bytes];
}

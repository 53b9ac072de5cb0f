using BpDao.Core;

namespace BpDao.Crypto;

/// <summary>Which implementation of <see cref="ISecp256k1"/> to use.</summary>
public enum Secp256k1Choice
{
    /// <summary>libsecp256k1 where it loads, BouncyCastle otherwise.</summary>
    Auto,

    /// <summary>libsecp256k1 or nothing.</summary>
    Native,

    /// <summary>BouncyCastle.</summary>
    Managed,
}

/// <summary>The curve's numbers, and the choice of who computes on it.</summary>
public static class Secp256k1
{
    /// <summary>Forces the choice: <c>native</c>, <c>managed</c> or <c>auto</c>.</summary>
    public const string ChoiceVariable = "BPDAO_SECP256K1";

    private static readonly Lazy<ISecp256k1> Chosen = new(() => Create(ParseChoice(Environment.GetEnvironmentVariable(ChoiceVariable))));

    /// <summary>The order n of the group (SEC 2 §2.4.1).</summary>
    public static readonly UInt256 Order = UInt256.Parse("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

    /// <summary>n/2, the largest low s (EIP-2).</summary>
    public static readonly UInt256 HalfOrder = Order >> 1;

    /// <summary>The implementation that this process uses, chosen once by <see cref="ChoiceVariable"/>.</summary>
    /// <exception cref="InvalidOperationException">The variable has another value, or asks for a library that does not load.</exception>
    public static ISecp256k1 Default => Chosen.Value;

    /// <exception cref="InvalidOperationException"><see cref="Secp256k1Choice.Native"/> was asked for and no library loads.</exception>
    public static ISecp256k1 Create(Secp256k1Choice choice)
    {
        if (choice == Secp256k1Choice.Managed) return new ManagedSecp256k1();
        if (NativeSecp256k1.TryLoad(out NativeSecp256k1? native, out string reason)) return native;
        return choice == Secp256k1Choice.Auto
            ? new ManagedSecp256k1()
            : throw new InvalidOperationException($"{ChoiceVariable}=native, but libsecp256k1 does not load: {reason}");
    }

    /// <summary>Reads the value of <see cref="ChoiceVariable"/>; nothing means <see cref="Secp256k1Choice.Auto"/>.</summary>
    /// <exception cref="InvalidOperationException">Another word.</exception>
    public static Secp256k1Choice ParseChoice(string? value) => value switch
    {
        null or "" or "auto" => Secp256k1Choice.Auto,
        "native" => Secp256k1Choice.Native,
        "managed" => Secp256k1Choice.Managed,
        _ => throw new InvalidOperationException($"{ChoiceVariable} is '{value}', not native, managed or auto."),
    };

    /// <summary>True for what r, s and private keys may be: 1 … n−1.</summary>
    public static bool IsScalar(in UInt256 value) => !value.IsZero && value < Order;

    /// <summary>The digest as signers see it. Reduced before RFC 6979 as its bits2octets says: libsecp256k1 does so only in later versions.</summary>
    internal static Hash256 Reduce(in Hash256 digest)
    {
        UInt256 e = UInt256.FromHash(digest);
        return e < Order ? digest : (e - Order).ToHash();
    }
}

namespace HealthDashboard.Demo;

/// <summary>Why a demo patient is in the hospital. Codes are SNOMED CT.</summary>
/// <param name="Condition">The condition that brought the patient here.</param>
/// <param name="Code">Its code.</param>
/// <param name="Medications">What is given for it.</param>
/// <param name="Systolic">How far it moves the systolic pressure, mm[Hg].</param>
/// <param name="HeartRate">How far it moves the heart rate, /min.</param>
/// <param name="IsCopd">Whether the patient lives with little oxygen: NEWS2's scale 2, with limits to match.</param>
internal sealed record DemoCase(
    string Condition, string Code, string[] Medications, double Systolic = 0, double HeartRate = 0, bool IsCopd = false);

/// <summary>A demo ward and whom it takes.</summary>
/// <param name="Region">The region.</param>
/// <param name="Name">The ward.</param>
/// <param name="Letter">What its beds and devices are called by.</param>
/// <param name="IsIntensive">Whether its patients have arterial lines.</param>
/// <param name="Cases">What its patients have, in turn.</param>
internal sealed record DemoWard(string Region, string Name, string Letter, bool IsIntensive, DemoCase[] Cases)
{
    /// <summary>How many patients share a room.</summary>
    public int BedsPerRoom => IsIntensive ? 2 : 4;
}

/// <summary>The demo hospital's wards.</summary>
internal static class DemoCases
{
    public static IReadOnlyList<DemoWard> Wards { get; } =
    [
        new("North", "Intensive care", "I", true,
        [
            new("Pneumonia", "233604007", ["Piperacillin/tazobactam 4.5 g IV every 8 h"], HeartRate: 6),
            new("Acute pancreatitis", "197456007", ["Ringer's lactate 150 mL/h IV", "Morphine 2 mg IV as needed"], HeartRate: 5),
            new("Myocardial infarction", "22298006", ["Aspirin 100 mg", "Ticagrelor 90 mg twice daily", "Bisoprolol 2.5 mg"]),
            new("Traumatic brain injury", "127295002", ["Levetiracetam 500 mg IV every 12 h"]),
            new("Diabetic ketoacidosis", "420422005", ["Insulin infusion by protocol", "Potassium chloride IV by protocol"], HeartRate: 6),
        ]),
        new("North", "Cardiology", "C", false,
        [
            new("Heart failure", "84114007", ["Furosemide 40 mg", "Sacubitril/valsartan 49/51 mg twice daily"]),
            new("Atrial fibrillation", "49436004", ["Apixaban 5 mg twice daily", "Metoprolol 47.5 mg"], HeartRate: 4),
            new("Essential hypertension", "59621000", ["Amlodipine 5 mg", "Ramipril 5 mg"], Systolic: 12),
            new("Coronary arteriosclerosis", "53741008", ["Aspirin 100 mg", "Atorvastatin 40 mg"]),
        ]),
        new("Centre", "Surgery", "S", false,
        [
            new("Appendicitis", "74400008", ["Cefuroxime 1.5 g IV every 8 h", "Paracetamol 1 g every 6 h"]),
            new("Fracture of neck of femur", "5913000", ["Enoxaparin 40 mg", "Oxycodone 5 mg as needed"]),
            new("Acute cholecystitis", "65275009", ["Ceftriaxone 2 g IV", "Metamizole 1 g every 6 h"]),
            new("Inguinal hernia", "396232000", ["Paracetamol 1 g every 6 h"]),
        ]),
        new("Centre", "Internal medicine", "M", false,
        [
            new("Diabetes mellitus type 2", "44054006", ["Metformin 1 g twice daily", "Empagliflozin 10 mg"]),
            new("Urinary tract infection", "68566005", ["Ceftriaxone 2 g IV"], HeartRate: 3),
            new("Chronic kidney disease", "709044004", ["Ramipril 2.5 mg", "Sodium bicarbonate 1 g three times daily"], Systolic: 8),
            new("Cellulitis", "128045006", ["Flucloxacillin 2 g IV every 6 h"]),
        ]),
        new("South", "Respiratory", "R", false,
        [
            new("Chronic obstructive pulmonary disease", "13645005", ["Tiotropium 18 micrograms", "Prednisolone 40 mg"], IsCopd: true),
            new("Asthma", "195967001", ["Salbutamol inhaler as needed", "Budesonide/formoterol inhaler twice daily"]),
            new("Pulmonary embolism", "59282003", ["Apixaban 10 mg twice daily"], HeartRate: 4),
            new("Pneumonia", "233604007", ["Amoxicillin/clavulanate 2.2 g IV every 8 h"], HeartRate: 3),
        ]),
        new("South", "Geriatrics", "G", false,
        [
            new("Dementia", "52448006", ["Donepezil 10 mg", "Mirtazapine 15 mg"]),
            new("Cerebrovascular accident", "230690007", ["Clopidogrel 75 mg", "Atorvastatin 40 mg"], Systolic: 10),
            new("Parkinson's disease", "49049000", ["Levodopa/benserazide 100/25 mg three times daily"], Systolic: -3),
            new("Dehydration", "34095006", ["Sodium chloride 0.9 % 80 mL/h IV"]),
        ]),
    ];

    /// <summary>What else people have; many are here with more than one.</summary>
    public static IReadOnlyList<(string Condition, string Code)> Others { get; } =
    [
        ("Hyperlipidemia", "55822004"), ("Osteoarthritis", "396275006"), ("Hypothyroidism", "40930008"),
        ("Gastroesophageal reflux disease", "235595009"), ("Migraine", "37796009"), ("Gout", "90560007"),
    ];

    public static IReadOnlyList<string> Allergies { get; } =
        ["Penicillin: rash", "Latex: urticaria", "Iodinated contrast: bronchospasm", "Peanut: anaphylaxis", "Sulfonamide: rash"];
}

"""What a person changes: each journey is done twice, with other things the second time.

The things are those of the simulator's first practice at the time the journeys are recorded. What
the second capture writes stands in the flow files, as `again`.
"""

from __future__ import annotations

from typing import Final

from tests.desk.core import Journeys
from tests.person import Person


async def book(person: Person) -> None:
    """Book a visit with a deposit, without a message to the client."""
    await person.go_to("Appointments")
    await person.click("New appointment")
    await person.type("Patient or client", "Gizmo")
    await person.click("", what="found")
    await person.choose("Kind of visit", "Sick Visit")
    await person.type("Length in minutes", "20")
    await person.choose("In column", "Exam 2 (HVM)")
    await person.choose("Seen by", "Dr. Harper")
    await person.set_time("Date and time", "03/10/2026 10:00 AM")
    await person.type("Why", "Limping since Sunday")
    await person.type("Notes for the staff", "Bring the X-rays")
    await person.type("Deposit in dollars", "20")
    await person.choose("Deposit paid by", "cash")
    await person.click("Send a confirmation", what="field")
    await person.click("Save appointment")
    await person.look("press", "Cancel appointment")


async def take_payment(person: Person) -> None:
    """Take a part of what is due on an invoice."""
    await person.open("/Practice/Clients/Checkout/105883")
    await person.choose("Invoice", "HVM-000055")
    await person.choose("Payment type", "check")
    await person.type("Check number or note", "0815")
    await person.type("Amount", "51.5")
    await person.click("Process payment")


async def open_visit(person: Person, row: int) -> None:
    """Open the card of a visit of next week."""
    await person.go_to("Appointments")
    await person.click("Forward")
    await person.click("", what="row", nth=row)
    await person.look("press", "Cancel appointment")


async def cancel_visit(person: Person) -> None:
    await open_visit(person, 0)
    await person.click("Cancel appointment")


async def confirm_visit(person: Person) -> None:
    """Write down what the client said."""
    await open_visit(person, 1)
    await person.choose("Confirm status now", "Confirmed")
    await person.click("Set confirm status")


async def move_visit(person: Person) -> None:
    """Give a visit another time, without a message to the client."""
    await open_visit(person, 1)
    await person.set_time("Date and time", "03/12/2026 09:10 AM")
    await person.choose("In column", "Surgery (HVM)")
    await person.choose("Seen by", "Dr. Harper")
    await person.click("Send a confirmation", what="field")
    await person.click("Move appointment")


async def open_asked(person: Person, screen: str, filter_: str, wanted: str, row: int = 0) -> None:
    """Show only some of a list, and open one of them."""
    await person.go_to(screen)
    await person.choose(filter_, wanted)
    await person.click("Apply")
    await person.click("", what="row", nth=row)


async def accept_booking(person: Person) -> None:
    await open_asked(person, "Online Booking", "Status", "Requested")
    await person.click("Accept")


async def decline_booking(person: Person) -> None:
    await open_asked(person, "Online Booking", "Status", "Requested")
    await person.type("Reason", "No vet is in that day")
    await person.click("Decline")


async def approve_request(person: Person) -> None:
    """Approve what a client ordered, in the name of a vet."""
    await open_asked(person, "Client Requests", "Group", "Expedited", row=1)
    await person.choose("Authorizing veterinarian", "Dr. Harper")
    await person.click("Approve")


async def decline_request(person: Person) -> None:
    await open_asked(person, "Client Requests", "Group", "Pending Follow-Up")
    await person.type("Reason of decline", "Not seen for two years")
    await person.click("Decline request")


async def find(person: Person, screen: str, text: str) -> None:
    """Look for something by its number, and open it."""
    await person.go_to(screen)
    await person.type("Search", text)
    await person.press("Enter")
    await person.click("", what="row")


async def write_prescription(person: Person) -> None:
    await person.go_to("Prescriptions")
    await person.type("For patient ID", "105710")
    await person.choose("Product to prescribe", "Metronidazole")
    await person.type("Strength of product", "75 mg")
    await person.type("Qty authorized per fill", "30")
    await person.type("Number of refills", "2")
    await person.type("Directions (SIG)", "One tablet twice a day")
    await person.type("Note to pharmacy", "Chewable only")
    await person.type("Note to client", "With food")
    await person.choose("Authorizing veterinarian", "Dr. Harper")
    await person.click("Save draft")


async def approve_prescription(person: Person) -> None:
    await find(person, "Prescriptions", "RX5246015")
    await person.click("Authorize")


async def decline_prescription(person: Person) -> None:
    await find(person, "Prescriptions", "RX6237345")
    await person.type("Reason of decline", "Blood work is due")
    await person.type("Note to client", "Please call us", nth=1)
    await person.click("Decline")


async def renew_prescription(person: Person) -> None:
    await find(person, "Prescriptions", "RX3445599")
    await person.click("Renew")


async def close_invoice(person: Person) -> None:
    await find(person, "Invoices", "HVM-000013")
    await person.click("Complete invoice")


async def make_deposit(person: Person) -> None:
    """Take money ahead of a visit."""
    await person.open("/Practice/Clients/Checkout/105883")
    await person.choose("Deposit type", "check")
    await person.type("Check number or note", "0816", nth=1)
    await person.type("Note", "For the dental")
    await person.type("Amount", "80", nth=1)
    await person.click("Make deposit")


async def send_message(person: Person) -> None:
    await person.go_to("Messages")
    await person.type("Client number", "105708")
    await person.choose("By", "email")
    await person.type("Text", "The results are in.")
    await person.click("Send message")


async def make_reminder(person: Person) -> None:
    await person.go_to("Reminders")
    await person.type("Patient number", "105710")
    await person.choose("Service", "Rabies")
    await person.set_day("Due on", "04/20/2026")
    await person.click("Create reminder")


async def attach_form(person: Person) -> None:
    """File the answers of a form in the patient's record."""
    await open_asked(person, "Online Forms", "Status", "Completed")
    await person.click("Attach to patient")


async def write_note(person: Person) -> None:
    """Draft the note of a visit, in sections."""
    await person.open("/Practice/MedicalRecords/View/109824")
    await person.click("Add note")
    await person.choose("Note type", "SOAP")
    await person.type("Subjective", "Limping since Sunday")
    await person.type("Objective", "Pain on extension")
    await person.type("Assessment", "Sprain")
    await person.type("Plan", "Rest for a week")
    await person.click("Save draft")


async def add_addendum(person: Person) -> None:
    await person.open("/Practice/MedicalRecords/View/109509")
    await person.type("Addendum", "The owner called: all is well")
    await person.click("Add addendum")


async def lock_note(person: Person) -> None:
    """Lock the draft of a visit as it stands."""
    await person.open("/Practice/MedicalRecords/View/109504")
    await person.click("Finalize")


async def add_charge(person: Person) -> None:
    """Charge an item to the open invoice of a client."""
    await person.open("/Practice/Clients/QuickInvoice/105695")
    await person.choose("Patient", "Penny")
    await person.choose("Item", "EX110")
    await person.choose("Provider", "Dr. Harper")
    await person.type("Quantity", "2")
    await person.click("Add charge")


async def attach_document(person: Person) -> None:
    """Keep a file as a document of a patient and one of its visits."""
    await person.open("/Practice/Documents/Attach/105606")
    await person.choose("Kind of document", "Scan")
    await person.type("Title of document", "Letter of referral")
    await person.choose("Belongs to visit", "02/24/2026")
    await person.type("Remarks", "Came by mail")
    await person.hand_over("File", "referral.pdf")
    await person.click("Attach")


async def take_in_client(person: Person) -> None:
    await person.open("/Practice/Clients/Create/0")
    await person.type("First name", "Ada")
    await person.type("Last name", "Zimmer")
    await person.type("Email address", "ada.zimmer@mail.example.org")
    await person.type("Mobile phone", "(312) 555-0199")
    await person.type("Street", "1 Elm St")
    await person.type("Town", "Chicago")
    await person.type("State", "IL")
    await person.type("ZIP", "60601")
    await person.choose("Client status", "Senior")
    await person.choose("Home practice", "Harbor View North")
    await person.click("Save client")


async def take_in_patient(person: Person) -> None:
    await person.open("/Practice/Patients/Create/105708")
    await person.type("Name of patient", "Pippin")
    await person.choose("Kind of animal", "RABBIT")
    await person.type("Breed of animal", "Dwarf")
    await person.type("Color of coat", "Sable")
    await person.choose("Sex", "S")
    await person.set_day("Born on", "05/06/2024")
    await person.type("Microchip", "985112004567890")
    await person.type("Notes on patient", "Bites when held")
    await person.click("Save patient")


JOURNEYS: Final[Journeys] = {
    "accept-booking": accept_booking,
    "add-addendum": add_addendum,
    "add-charge": add_charge,
    "approve-prescription": approve_prescription,
    "approve-request": approve_request,
    "attach-form": attach_form,
    "cancel-appointment": cancel_visit,
    "close-invoice": close_invoice,
    "confirm-appointment": confirm_visit,
    "create-appointment": book,
    "create-client": take_in_client,
    "create-note": write_note,
    "create-patient": take_in_patient,
    "create-prescription": write_prescription,
    "create-reminder": make_reminder,
    "decline-booking": decline_booking,
    "decline-prescription": decline_prescription,
    "decline-request": decline_request,
    "finalize-note": lock_note,
    "make-deposit": make_deposit,
    "move-appointment": move_visit,
    "renew-prescription": renew_prescription,
    "send-message": send_message,
    "take-payment": take_payment,
    "upload-document": attach_document,
}
